import { existsSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { type Client, EngineUnreachableError } from '@holdfast/client'
import { cosign, engineNameOf, type SigningKey, signatureTypes, writeNote, writeVerifierKey } from '@holdfast/proof'
import { Command, InvalidArgumentError } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from '../connect.ts'
import { Failure, type Terminal } from '../terminal.ts'
import { newestOf, readSeenCheckpoints, type SeenCheckpoint } from './seen-checkpoints.ts'
import { type RefusedTree, witnessEngine } from './witness-engine.ts'
import { addLines, alone, witnessKey } from './witness-files.ts'

interface WitnessOptions extends ConnectOptions {
  readonly key?: string
  readonly accept: string[]
  readonly every?: number
}

const after = `
Keeps in FILE each checkpoint that it has seen, signed by a key of its own (FILE.key unless --key names one, made on the first run), and takes a later one only with the proof that it goes on from that. The first run takes
the engine as it is. An engine that shows another past, fewer facts or another tree is refused, again at each run: what it showed is kept in FILE as evidence. Keep FILE where who runs the engine can't write.
"holdfast export --checkpoint FILE" has an export go on from it, and "holdfast verify --checkpoint FILE" holds one to it.
Exit code 1 when something is refused.

Examples:
  holdfast witness sg.witness.jsonl --member SG
  holdfast witness sg.witness.jsonl --member SG --every 60
`

/** `holdfast witness FILE`: sees the checkpoints of an engine, and refuses another past than the one it saw. */
export const witnessCommand = (terminal: Terminal): Command =>
  withConnection(new Command('witness'))
    .description('keep the last checkpoint of each tree of an engine, and refuse another past')
    .argument('<file>', 'where what was seen is kept')
    .option('--key <file>', 'the key that it signs with, 64 hex digits (default: FILE.key)')
    .option(
      '--accept <tree>',
      'take this tree though nothing leads to it from what was seen, such as holdfast/ENGINE/ledger-1/tree-2',
      collect,
      [],
    )
    .option('--every <seconds>', 'go on looking until Ctrl-C, or until something is refused', parseSeconds)
    .addHelpText('after', after)
    .action(async (file: string, options: WitnessOptions) => {
      const client = connect(options, terminal)
      const path = options.key ?? `${file}.key`
      await alone(file, async () => {
        const { key, isNew } = await witnessKey(path)
        const name = `holdfast-witness/${engineNameOf(key.publicKey)}`
        if (isNew)
          terminal.tell(
            `The key of this witness is in ${path}. It signs as ${writeVerifierKey({ name, type: signatureTypes.cosignature, publicKey: key.publicKey })}`,
          )
        const look = createLooking({ client, file, key, name, accepts: new Set(options.accept), terminal })
        if (options.every === undefined) return talking(async () => void (await look()))
        const interruption = terminal.interruption()
        while (!interruption.aborted && (await lookPatiently(look, terminal)))
          await pause(options.every * 1000, undefined, { signal: interruption }).catch(() => undefined)
      })
    })

interface Looking {
  readonly client: Client
  readonly file: string
  readonly key: SigningKey
  readonly name: string
  readonly accepts: ReadonlySet<string>
  readonly terminal: Terminal
}

/** Looks once: false where something was refused. */
function createLooking({ client, file, key, name, accepts, terminal }: Looking): () => Promise<boolean> {
  return async () => {
    const seen = newestOf(existsSync(file) ? await readSeenCheckpoints(file, terminal) : [])
    const looked = await witnessEngine(client, seen, accepts)
    if (!looked.ok) throw new Failure(describeRefusal(looked.error))
    const { fresh, refused } = looked.value
    const at = terminal.now()
    const signed = await Promise.all(fresh.map(each => cosigned(each, name, key, at)))
    if (signed.length + refused.length > 0)
      addLines(file, [
        ...signed.map(checkpoint => ({ checkpoint })),
        ...evidenceOf(file, refused).map(({ origin, why, note = '' }) => ({ refused: note, origin, why, at: at.toISOString() })),
      ])
    for (const { origin, size } of fresh) {
      const before = seen.get(origin)
      await terminal.write(
        `${origin}: ${size} facts, ${before ? `which go on from the ${before.size} that were seen` : 'seen for the first time'}\n`,
      )
    }
    for (const { origin, why } of refused) terminal.tell(`REFUSED: ${origin}: ${why}`)
    if (refused.length > 0) terminal.setExitCode(1)
    return refused.length === 0
  }
}

/** Each is kept once, however often it is shown. */
function evidenceOf(file: string, refused: readonly RefusedTree[]): readonly RefusedTree[] {
  if (refused.length === 0 || !existsSync(file)) return refused
  const kept = readFileSync(file, 'utf8')
  return refused.filter(({ origin, note = '' }) => !kept.includes(`{"refused":${JSON.stringify(note)},"origin":${JSON.stringify(origin)}`))
}

const cosigned = async ({ note }: SeenCheckpoint, name: string, key: SigningKey, at: Date): Promise<string> =>
  writeNote({ text: note.text, signatures: [...note.signatures, await cosign(note.text, name, key, at)] })

/** An engine that can't be reached for a while is asked again. */
async function lookPatiently(look: () => Promise<boolean>, terminal: Terminal): Promise<boolean> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof EngineUnreachableError)) throw error
    terminal.tell(`the engine can't be reached: ${error.message}`)
    return true
  }
}

const collect = (one: string, all: readonly string[]): string[] => [...all, one]

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds
  throw new InvalidArgumentError('It must be a whole number of seconds, 1 to 86400.')
}
