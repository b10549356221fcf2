import { type Fact, kindOf } from '../ledger/records.ts'
import { type Money, minorOf } from '../money.ts'
import { type Chart, frozen, moved } from './chart.ts'
import type { Note } from './moves.ts'

/**
 * V19: found is at most requested, and recovered at most frozen, all in one currency. The resulting-state check
 * compares the amounts that the fact states.
 */
export function noteSums(chart: Chart, fact: Fact, heldBefore: bigint, note: Note): void {
  const { data } = fact
  for (const money of [data.amount, data.charges]) {
    if (!money) continue
    if (money.currency !== chart.currency) note('one-currency', `is in ${money.currency}, the request in ${chart.currency}`)
    else if (minorOf(money) === undefined) note('sums', `says ${money.value} ${money.currency}, which is no amount`)
  }
  const { requested } = chart
  if (requested === undefined) return
  if (frozen(chart) + moved(chart) > requested) note('sums', `makes more frozen and moved onward than the ${requested} that were requested`)
  const back = kindOf(fact) === 'ReturnReported' ? minorIn(data.amount) + minorIn(data.charges) : 0n
  if (back > heldBefore) note('sums', `makes ${back} come back where ${heldBefore} was held`)
}

const minorIn = (money: Money | undefined): bigint => (money && minorOf(money)) ?? 0n
