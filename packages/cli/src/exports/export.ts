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
Prints all facts so far that the member may see, one JSON text per line, in the order of the ledger, and behind them the proof that nothing of them was changed or taken away: lines of the type
holdfast.export-proof.v1, which "holdfast verify" checks and "holdfast replay" passes over. --facts leaves them out, for readers of before there were any.
Exit code 2 when it is cut: the lines until then are right but not all.

Examples:
  holdfast export --member SG > facts.jsonl && holdfast verify facts.jsonl
  holdfast export --member SG --checkpoint sg.witness.jsonl > facts.jsonl
  holdfast export --member SG | holdfast replay -
`

/** `holdfast export`: the ledger as the member sees it, as lines of JSON. */
export const exportCommand = (terminal: Terminal): Command =>
  withConnection(new Command('export'))
    .description('print all facts so far, as lines of JSON')
    .option('--facts', 'the facts alone, without their proof')
    .option('--checkpoint <file>', 'have it proved that the trees go on from what a witness has seen: its file, or one checkpoint')
    .option('--json', 'as it is always')
    .addHelpText('after', after)
    .action(async (options: ExportCommandOptions) => {
      const client = connect(options, terminal)
      const seen = options.checkpoint ? [...newestOf(await readSeenCheckpoints(options.checkpoint, terminal)).values()] : []
      const proof = options.facts ? {} : { proof: { seen } }
      await talking(async () => {
        for await (const line of client.export(proof)) await terminal.write(`${printableJson(line)}\n`)
      })
    })
