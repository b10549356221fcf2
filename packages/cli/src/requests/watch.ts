import { jsonLine } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, talking, withConnection } from '../connect.ts'
import type { Terminal } from '../terminal.ts'

interface WatchCommandOptions extends ConnectOptions {
  readonly request?: string
  readonly fromStart?: boolean
  readonly after?: string
  readonly ids?: boolean
}

const after = `
Reconnects after a broken connection or a restart of the engine, and prints each fact once. Ctrl-C ends it.

Examples:
  holdfast watch --member TL
  holdfast watch --member SG --request 0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31 --from-start
  holdfast watch --member TL --ids           {"id", "fact"} per line; pass the last id to --after to continue later
`

/** `holdfast watch`: facts as they happen, as lines of JSON. */
export const watchCommand = (terminal: Terminal): Command =>
  withConnection(new Command('watch'))
    .description('print facts as they happen, as lines of JSON')
    .option('--request <id>', 'only facts of one request')
    .option('--from-start', 'start with the first fact')
    .option('--after <position>', 'start after this position, as printed by --ids')
    .option('--ids', 'print the position with each fact')
    .option('--json', 'no effect: the output is always JSON')
    .addHelpText('after', after)
    .action(async (options: WatchCommandOptions) => {
      const client = connect(options, terminal)
      const facts = client.watch({
        requestId: options.request,
        lastEventId: options.after,
        from: options.fromStart ? 'start' : 'now',
        signal: terminal.interruption(),
        onInterruption: (error, pauseMs) => terminal.tell(`${error.message}; next attempt in ${Math.ceil(pauseMs / 100) / 10} s`),
      })
      await talking(async () => {
        for await (const watched of facts) await terminal.write(jsonLine(options.ids ? watched : watched.fact))
      })
    })
