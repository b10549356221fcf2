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
Stores in FILE each checkpoint that it has seen, signed with its own key (FILE.key unless --key names another; made on the first run). It accepts a later
checkpoint only with a consistency proof. The first run trusts the engine as it is. If the engine shows fewer facts or another tree, it is refused at each run,
and FILE keeps the evidence. Store FILE where the operator cannot write.
"holdfast export --checkpoint FILE" adds consistency proofs to an export, and "holdfast verify --checkpoint FILE" verifies an export against FILE.
Exit code 1 if a checkpoint is refused.

Examples:
  holdfast witness sg.witness.jsonl --member SG
  holdfast witness sg.witness.jsonl --member SG --every 60
`

/** `holdfast witness FILE`: stores the checkpoints of an engine, and refuses inconsistent ones. */
export const witnessCommand = (terminal: Terminal): Command =>
  withConnection(new Command('witness'))
    .description('store the checkpoints of an engine, and refuse one that is inconsistent with an earlier one')
    .argument('<file>', 'the file of the witness')
    .option('--key <file>', 'the signing key, 64 hex digits (default: FILE.key)')
    .option('--accept <tree>', 'accept this tree without a consistency proof, such as holdfast/ENGINE/ledger-1/tree-2', collect, [])
    .option('--every <seconds>', 'repeat until Ctrl-C, or until a checkpoint is refused', parseSeconds)
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

/** Returns a function that checks once: false if a checkpoint was refused. */
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
        `${origin}: ${size} facts, ${before ? `consistent with the ${before.size} seen before` : 'seen for the first time'}\n`,
      )
    }
    for (const { origin, why } of refused) terminal.tell(`REFUSED: ${origin}: ${why}`)
    if (refused.length > 0) terminal.setExitCode(1)
    return refused.length === 0
  }
}

/** Each refused checkpoint is stored once, however often it is shown. */
function evidenceOf(file: string, refused: readonly RefusedTree[]): readonly RefusedTree[] {
  if (refused.length === 0 || !existsSync(file)) return refused
  const kept = readFileSync(file, 'utf8')
  return refused.filter(({ origin, note = '' }) => !kept.includes(`{"refused":${JSON.stringify(note)},"origin":${JSON.stringify(origin)}`))
}

const cosigned = async ({ note }: SeenCheckpoint, name: string, key: SigningKey, at: Date): Promise<string> =>
  writeNote({ text: note.text, signatures: [...note.signatures, await cosign(note.text, name, key, at)] })

/** Checks again if the engine is unreachable for a while. */
async function lookPatiently(look: () => Promise<boolean>, terminal: Terminal): Promise<boolean> {
  try {
    return await look()
  } catch (error) {
    if (!(error instanceof EngineUnreachableError)) throw error
    terminal.tell(`the engine is unreachable: ${error.message}`)
    return true
  }
}

const collect = (one: string, all: readonly string[]): string[] => [...all, one]

function parseSeconds(text: string): number {
  const seconds = Number(text)
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 86_400) return seconds
  throw new InvalidArgumentError('It must be a whole number of seconds, 1 to 86400.')
}
