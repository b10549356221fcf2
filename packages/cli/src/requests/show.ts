import { jsonLine } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from '../connect.ts'
import type { RequestTexts } from '../request-texts.ts'
import type { Terminal } from '../terminal.ts'

interface ShowOptions extends ConnectOptions {
  readonly json?: boolean
}

const after = `
Examples:
  holdfast show 0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31 --member SG
  holdfast show 0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31 --member SG --json | jq .request.amounts
`

/** `holdfast show ID`: one request with its state, amounts, deadlines, onward requests, history and refusals. */
export const showCommand = (terminal: Terminal, { describeWhole }: Pick<RequestTexts, 'describeWhole'>): Command =>
  withConnection(new Command('show'))
    .description('show one request: state, amounts, deadlines, proposals, children, alerts, history, refusals')
    .argument('<id>', 'the id of the request, as on its receipt')
    .option('--json', 'print as JSON')
    .addHelpText('after', after)
    .action(async (id: string, options: ShowOptions) => {
      const shown = await talking(() => connect(options, terminal).show(id))
      if (!shown.ok) {
        terminal.setExitCode(1)
        return terminal.tell(`holdfast: ${describeRefusal(shown.error)}`)
      }
      await terminal.write(options.json ? jsonLine(shown.value) : describeWhole(shown.value, terminal.colors))
    })
