import { type AlertPage, jsonLine, printable } from '@holdfast/schemas'
import { Command, InvalidArgumentError } from 'commander'
import { type ConnectOptions, connect, describeRefusal, talking, withConnection } from '../connect.ts'
import type { RequestTexts } from '../request-texts.ts'
import type { Terminal } from '../terminal.ts'

interface AlertsOptions extends ConnectOptions {
  readonly after?: string
  readonly limit?: number
  readonly json?: boolean
}

const after = `
Lists the open alerts of your country, newest last: missed deadlines, expired holds, late answers, money that cannot be followed, proposals that wait
for a second approval, and money moved onward that waits for a decision of the requesting country. "holdfast show ID" shows the alerts of one request.

Examples:
  holdfast alerts --member TL
  holdfast alerts --member TL --json | jq -r .nextCursor          the cursor to continue from
  holdfast alerts --member TL --after CURSOR
  holdfast alerts --member TL --after '' --limit 200        from the first alert on
`

/** `holdfast alerts`: the open alerts of a country. */
export const alertsCommand = (terminal: Terminal, texts: Pick<RequestTexts, 'describeParties'>): Command =>
  withConnection(new Command('alerts'))
    .description('list open alerts of your country')
    .option('--after <cursor>', 'only alerts after this cursor, which a list prints at its end (default: the last ones)')
    .option('--limit <count>', 'at most this many, up to 200', parseLimit, 50)
    .option('--json', 'print as JSON')
    .addHelpText('after', after)
    .action(async ({ after: place, limit, json, ...options }: AlertsOptions) => {
      const page = await talking(() => connect(options, terminal).alerts({ after: place, limit }))
      if (!page.ok) {
        terminal.setExitCode(1)
        return terminal.tell(`holdfast: ${describeRefusal(page.error)}`)
      }
      if (json) return terminal.write(jsonLine(page.value))
      await terminal.write(describe(page.value, texts, terminal))
      terminal.tell(`continue with: --after '${page.value.nextCursor}'`)
    })

const describe = ({ alerts }: AlertPage, { describeParties }: Pick<RequestTexts, 'describeParties'>, { colors }: Terminal): string =>
  alerts
    .map(alert => {
      const { time, requestId, sequence, caseReference, message } = alert
      const where = colors.dim(printable(`request ${requestId}, fact ${sequence}`))
      return `${printable(`${time}  ${caseReference}, ${describeParties(alert)}: ${message}`)}\n  ${where}\n`
    })
    .join('')

function parseLimit(text: string): number {
  const limit = Number(text)
  if (Number.isInteger(limit) && limit > 0 && limit <= 200) return limit
  throw new InvalidArgumentError('It must be 1 to 200.')
}
