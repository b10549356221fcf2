import { type Fact, factKindOf, type RequestView } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from './connect.ts'
import { describeRequest } from './describe-request.ts'
import { printable } from './printable.ts'
import { Failure, type Terminal } from './terminal.ts'

interface ShowOptions extends ConnectOptions {
  readonly json?: boolean
}

const after = `
Examples:
  holdfast show 0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31 --member SG
  holdfast show 0b0b2f0e-8a6f-5f0e-9d6e-2f6b1c7a8e31 --member SG --json | jq .request.amounts
`

/** `holdfast show ID`: one request with its state, amounts, deadlines and history. */
export const showCommand = (terminal: Terminal): Command =>
  withConnection(new Command('show'))
    .description('show one request: state, amounts, deadlines, history')
    .argument('<id>', 'the id of the request, as on its receipt')
    .option('--json', 'print as JSON')
    .addHelpText('after', after)
    .action(async (id: string, options: ShowOptions) => {
      const shown = await talking(() => connect(options, terminal).show(id))
      if (!shown.ok) {
        terminal.setExitCode(1)
        return terminal.tell(`holdfast: ${describeRefusal(shown.error)}`)
      }
      await terminal.write(options.json ? `${JSON.stringify(shown.value)}\n` : describe(shown.value, terminal))
    })

function describe({ request, history }: { request: RequestView; history: readonly Fact[] }, { colors }: Terminal): string {
  if (!Array.isArray(history)) throw new Failure('the engine sent a request without its history')
  const facts = history.map(
    fact =>
      `  ${printable(`${String(fact.sequence).padStart(3)}  ${fact.time}  ${factKindOf(fact).padEnd(22)}`)} ${colors.dim(printable(fact.actor))}`,
  )
  return `${describeRequest(request, colors)}\n${colors.bold('history')}\n${facts.join('\n')}\n`
}
