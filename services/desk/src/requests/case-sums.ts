import { addMinor, type Minor, minorOf, moneyOf, nothing, type RequestSummary } from '@holdfast/lifecycle'
import type { CaseSums, RequestView } from '@holdfast/schemas'

type Amount = keyof RequestView['amounts']

/** What a child asks for, and what moved on from it, is a part of what moved onward from its parent. */
const ofTopLevel: readonly Amount[] = ['requested', 'movedOnward']
/** What a child holds or gives back is held by it alone. */
const ofAll: readonly Amount[] = ['frozen', 'recovered', 'charges', 'released']

/**
 * The money of a case in each currency, nothing counted twice: not what a child asks for beside what its parent asked for, and not a duplicate. Where money was
 * exchanged on its way, a currency can have more frozen than requested. Amounts that can't be read (V05) are not in it.
 */
export function caseSumsOf(standings: readonly RequestSummary[]): CaseSums[] {
  const sums = new Map<string, Record<Amount, Minor>>()
  const isFollowing = followersAmong(standings)
  for (const standing of standings) {
    const { amounts, states } = standing.ledTo
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
    for (const name of isFollowing(standing) ? ofAll : [...ofTopLevel, ...ofAll])
      sum[name] = addMinor(sum[name], minorOf({ currency, value: amounts[name] }) ?? nothing)
    sums.set(currency, sum)
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([currency, sum]) => inMoney(currency, sum))
}

/** Whether a request follows the money of another one of these: of its parent, or, where a country sees both ends of a longer way only, of one further back. */
function followersAmong(standings: readonly RequestSummary[]) {
  const ids = new Set(standings.map(({ requestId }) => requestId))
  const places = new Set(standings.map(({ place }) => place))
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
