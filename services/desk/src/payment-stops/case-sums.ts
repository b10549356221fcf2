import type { CaseSums, PaymentStopView } from '@holdfast/payment-stop/language'
import { addMinor, type Minor, minorOf, moneyOf, nothing, type RequestSummary } from '@holdfast/payment-stop/lifecycle'

type Amount = keyof PaymentStopView['amounts']

/** The requested amount of a child and what moved onward from it are part of what moved onward from its parent. */
const ofTopLevel: readonly Amount[] = ['requested', 'movedOnward']
/** What a child froze or returned counts for the child only. */
const ofAll: readonly Amount[] = ['frozen', 'recovered', 'charges', 'released']

/**
 * The sums of a case in each currency, without double counting: a child's requested amount and duplicates are left out.
 * After a currency exchange, a currency can have more frozen than requested. Unreadable amounts (V05) are left out.
 */
export function caseSumsOf(standings: readonly RequestSummary[]): CaseSums[] {
  const sums = new Map<string, Record<Amount, Minor>>()
  const isOnward = onwardAmong(standings)
  for (const summary of standings) {
    const { amounts, states } = summary.resultingState
    if (!amounts || states.includes('closed.duplicate')) continue
    const { currency } = amounts
    const sum = sums.get(currency) ?? {
      requested: nothing,
      frozen: nothing,
      recovered: nothing,
      charges: nothing,
      movedOnward: nothing,
      released: nothing,
    }
    for (const name of isOnward(summary) ? ofAll : [...ofTopLevel, ...ofAll])
      sum[name] = addMinor(sum[name], minorOf({ currency, value: amounts[name] }) ?? nothing)
    sums.set(currency, sum)
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => inMoney(currency, sum))
}

/**
 * Whether a request is an onward request of another one in the list. If a country sees only the two ends of a longer
 * way, the other one may be an earlier ancestor.
 */
function onwardAmong(standings: readonly RequestSummary[]) {
  const ids = new Set(standings.map(({ requestId }) => requestId))
  const places = new Set(standings.map(({ destinationId }) => destinationId))
  return ({ parent, ancestors }: RequestSummary): boolean =>
    (parent !== null && ids.has(parent.requestId)) || ancestors.some(place => places.has(place))
}

function inMoney(currency: string, sum: Record<Amount, Minor>): CaseSums {
  const money = (name: Amount) => moneyOf(currency, sum[name])
  return {
    requested: money('requested'),
    frozen: money('frozen'),
    recovered: money('recovered'),
    charges: money('charges'),
    movedOnward: money('movedOnward'),
    released: money('released'),
  }
}
