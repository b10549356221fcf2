import type { Money, RequestView } from '@holdfast/schemas'
import { printable } from './printable.ts'
import type { Terminal } from './terminal.ts'

export const describeMoney = (amount: Money | undefined): string => (amount ? `${amount.currency} ${amount.value}` : '–')

/** A request for people, over some lines. */
export function describeRequest(request: RequestView, colors: Terminal['colors']): string {
  const { amounts, deadlines, rejection, standingRequestId } = request
  const rows: ReadonlyArray<readonly [string, string | undefined]> = [
    ['request', request.requestId],
    ['case', `${request.caseReference}, ${request.requestingCountry} → ${request.beneficiaryCountry}`],
    ['state', request.states.join(' · ')],
    ['rejected', rejection?.code],
    ['stands', standingRequestId],
    ['requested', describeMoney(amounts.requested)],
    ['frozen', describeMoney(amounts.frozen)],
    ['recovered', describeMoney(amounts.recovered)],
    ['charges', describeMoney(amounts.charges)],
    ...deadlines.map(({ kind, dueAt }) => ['deadline', `${kind} ${dueAt}`] as const),
    ['opened', request.openedAt],
    ['updated', `${request.updatedAt}, fact ${request.sequence}`],
  ]
  return rows.flatMap(([name, value]) => (value === undefined ? [] : [`${colors.bold(name.padEnd(10))} ${printable(value)}\n`])).join('')
}
