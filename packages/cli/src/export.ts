import { printableJson } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, talking, withConnection } from './connect.ts'
import type { Terminal } from './terminal.ts'

const after = `
Prints all facts so far that the member may see, one JSON text per line, in the order of the ledger.
Exit code 2 when it is cut: the lines until then are right but not all.

Examples:
  holdfast export --member SG > facts.jsonl && holdfast verify facts.jsonl
  holdfast export --member SG | holdfast replay -
`

/** `holdfast export`: the ledger as the member sees it, as lines of JSON. */
export const exportCommand = (terminal: Terminal): Command =>
  withConnection(new Command('export'))
    .description('print all facts so far, as lines of JSON')
    .option('--json', 'as it is always')
    .addHelpText('after', after)
    .action(async (options: ConnectOptions) => {
      const client = connect(options, terminal)
      await talking(async () => {
        for await (const line of client.export()) await terminal.write(`${printableJson(line)}\n`)
      })
    })
