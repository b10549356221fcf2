import { printableJson } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, talking, withConnection } from '../connect.ts'
import { newestOf, readSeenCheckpoints } from '../proof/seen-checkpoints.ts'
import type { Terminal } from '../terminal.ts'

interface ExportCommandOptions extends ConnectOptions {
  readonly facts?: boolean
  readonly checkpoint?: string
}

const after = `
Prints all facts that the member has access to, one JSON text per line, in ledger order. After them come the lines of the proof that no fact was changed
or removed (type holdfast.export-proof.v1): "holdfast verify" checks them and "holdfast replay" skips them. --facts leaves the proof out, for older readers.
Exit code 2 if the export is incomplete: the lines before that point are correct.

Examples:
  holdfast export --member SG > facts.jsonl && holdfast verify facts.jsonl
  holdfast export --member SG --checkpoint sg.witness.jsonl > facts.jsonl
  holdfast export --member SG | holdfast replay -
`

/** `holdfast export`: the facts that a member has access to, as lines of JSON. */
export const exportCommand = (terminal: Terminal): Command =>
  withConnection(new Command('export'))
    .description('print all facts so far, as lines of JSON')
    .option('--facts', 'only the facts, without the proof')
    .option('--checkpoint <file>', 'add consistency proofs from what a witness has seen: its file, or one checkpoint')
    .option('--json', 'no effect: the output is always JSON')
    .addHelpText('after', after)
    .action(async (options: ExportCommandOptions) => {
      const client = connect(options, terminal)
      const seen = options.checkpoint ? [...newestOf(await readSeenCheckpoints(options.checkpoint, terminal)).values()] : []
      const proof = options.facts ? {} : { proof: { seen } }
      await talking(async () => {
        for await (const line of client.export(proof)) await terminal.write(`${printableJson(line)}\n`)
      })
    })
