import type { Money, PaymentStopView } from '@holdfast/payment-stop/language'
import { formatTable } from '../format-table.ts'
import { describeMoney } from './describe-request.ts'

/** The amounts of a request, or sums of them, in the order in which the money moves. */
export const amountNames = [
  'requested',
  'frozen',
  'recovered',
  'charges',
  'movedOnward',
  'released',
] as const satisfies (keyof PaymentStopView['amounts'])[]
export const amountHeads = ['requested', 'frozen', 'recovered', 'charges', 'moved on', 'released']

export const amountCells = (amounts: { readonly [name in (typeof amountNames)[number]]: Money | undefined }): string[] =>
  amountNames.map(name => describeMoney(amounts[name]))

/** A line for each request: its state and its amounts. */
export function requestsTable(views: readonly PaymentStopView[]): string {
  const head = ['request', 'case', 'way', 'state', ...amountHeads, 'facts']
  const rows = views.map(view => [
    view.requestId,
    view.caseReference,
    `${view.requestingCountry} → ${view.beneficiaryCountry}`,
    view.states.join(' · '),
    ...amountCells(view.amounts),
    String(view.sequence),
  ])
  return formatTable(head, rows, { numbersFrom: 4 })
}
