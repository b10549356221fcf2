import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type CaseView, jsonLine, printable } from '@holdfast/schemas'
import { Command } from 'commander'
import { type ConnectOptions, connect, describeRefusal, parseCountry, talking, withConnection } from '../connect.ts'
import { formatTable } from '../format-table.ts'
import type { Terminal } from '../terminal.ts'
import { amountCells, amountHeads, requestsTable } from './requests-table.ts'

interface CaseOptions extends ConnectOptions {
  readonly json?: boolean
}

const after = `
Shows the requests of a case that your country sent or received. The sums count no money twice: "requested" and "moved onward" leave out onward requests,
because their money is a part of what their parents moved onward. The other amounts include all requests. Duplicates are left out.

Examples:
  holdfast case SG SPF-2024-0719 --member SG
  holdfast case SG SPF-2024-0719 --member TL --json | jq .sums
`

/** `holdfast case COUNTRY REFERENCE`: the requests of one case and what has become of their money. */
export const caseCommand = (terminal: Terminal): Command =>
  withConnection(new Command('case'))
    .description('show a case: its requests and the sums of their money')
    .argument('<country>', 'the requesting country, such as SG', parseCountry)
    .argument('<reference>', 'its reference of the case')
    .option('--json', 'print as JSON')
    .addHelpText('after', after)
    .action(async (country: string, reference: string, options: CaseOptions) => {
      const shown = await talking(() => connect<PaymentStopTypes>(options, terminal).showCase(country, reference))
      if (!shown.ok) {
        terminal.setExitCode(1)
        return terminal.tell(`holdfast: ${describeRefusal(shown.error)}`)
      }
      await terminal.write(options.json ? jsonLine(shown.value) : describe(shown.value, terminal))
    })

function describe({ requestingCountry, caseReference, requests, sums }: CaseView<PaymentStopTypes>, { colors }: Terminal): string {
  const title = colors.bold(printable(`case ${caseReference} of ${requestingCountry}`))
  const total = sums
    ? formatTable(amountHeads, sums.map(amountCells), { numbersFrom: 0 })
    : `The newest ${requests.length} requests; there are more, so there are no sums.\n`
  return `${title}\n\n${requestsTable(requests)}\n${total}`
}
