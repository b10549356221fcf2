import { type AlertPage, jsonLine, printable } from '@holdfast/schemas'
import { Command, InvalidArgumentError } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from '../connect.ts'
import type { Terminal } from '../terminal.ts'

interface AlertsOptions extends ConnectOptions {
  readonly after?: string
  readonly limit?: number
  readonly json?: boolean
}

const after = `
What somebody of your country has to look at, newest last: deadlines that passed, holds that lapsed, answers that came too late, money that nothing can follow,
proposals for as long as they wait for their second person, and money that moved onward for as long as it waits for its requester's word. "holdfast show ID" shows those of one request.

Examples:
  holdfast alerts --member TL
  holdfast alerts --member TL --json | jq -r .nextCursor          where to go on from later
  holdfast alerts --member TL --after PLACE
  holdfast alerts --member TL --after '' --limit 200        from the first one on
`

/** `holdfast alerts`: what somebody has to look at. */
export const alertsCommand = (terminal: Terminal): Command =>
  withConnection(new Command('alerts'))
    .description('list what somebody of your country has to look at')
    .option('--after <place>', 'only what came after this place, as printed at the end of a list (default: the last ones)')
    .option('--limit <count>', 'how many, 200 at most', parseLimit, 50)
    .option('--json', 'print as JSON')
    .addHelpText('after', after)
    .action(async ({ after: place, limit, json, ...options }: AlertsOptions) => {
      const page = await talking(() => connect(options, terminal).alerts({ after: place, limit }))
      if (!page.ok) {
        terminal.setExitCode(1)
        return terminal.tell(`holdfast: ${describeRefusal(page.error)}`)
      }
      if (json) return terminal.write(jsonLine(page.value))
      await terminal.write(describe(page.value, terminal))
      terminal.tell(`go on with: --after '${page.value.nextCursor}'`)
    })

const describe = ({ alerts }: AlertPage, { colors }: Terminal): string =>
  alerts
    .map(alert => {
      const { time, requestId, sequence, caseReference, requestingCountry, beneficiaryCountry, message } = alert
      const where = colors.dim(printable(`request ${requestId}, fact ${sequence}`))
      return `${printable(`${time}  ${caseReference}, ${requestingCountry} → ${beneficiaryCountry}: ${message}`)}\n  ${where}\n`
    })
    .join('')

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit > 0 && limit <= 200) return limit
  throw new InvalidArgumentError('It must be 1 to 200.')
}
