import type { Fact, Order } from '@holdfast/schemas'
import { examine } from '../../../checker/check.ts'
import type { Observations, Violation } from '../../../checker/observations.ts'
import type { SentRequest } from '../actors/member.ts'
import type { Histories } from './histories.ts'

/** What of the promises holds on a day (docs/guarantees.md). */
export interface Promised {
  /** The stores forgot something: what may not have gone out is named instead of sent (ADR 31). */
  readonly isForgotten: boolean
  /** They forgot all, which is seen at once, and nothing else failed or was of another version, so that their owners have their states again before a receipt has waited for too long. */
  readonly areReceiptsKept: boolean
  /** A partition lost what it had acknowledged: what holds then is what is true of the facts that are left. */
  readonly isTailLost: boolean
}

/** What has to have come of a day. */
export interface Awaited {
  readonly mustEnd: readonly SentRequest[]
  /** How often an owner that had lost its partition sent orders. */
  readonly lateOrders: number
}

/** What is so of every fact and history that can be read, whatever else was lost. */
const ofWhatIsLeft = new Set(
  'ledger-readable one-partition hash-chain decided-once transition who-may phase led-to sums one-currency two-persons deadline-early deadline-armed refusals-bounded'.split(
    ' ',
  ),
)

function isPromised(invariant: string, { isForgotten, areReceiptsKept, isTailLost }: Promised): boolean {
  if (isTailLost && !ofWhatIsLeft.has(invariant)) return false
  if (!isForgotten) return true
  if (invariant === 'receipt-same') return areReceiptsKept
  return invariant !== 'order-sent' && invariant !== 'notice-sent'
}

/** Everything that is wrong with a run. */
export function judge(
  observed: Observations,
  histories: Histories,
  promised: Promised,
  { mustEnd, lateOrders }: Awaited,
): readonly Violation[] {
  const left = mustEnd.flatMap(({ key, requestId, isRefused }) => (isRefused ? [] : unfinished(key, requestId, histories)))
  const { violations, orders } = examine(observed)
  const repeated = orders.repeats.reduce((sum, { times }) => sum + times - 1, 0)
  const again: Violation[] =
    repeated > 0 && lateOrders === 0 && !promised.isTailLost
      ? [{ invariant: 'an order goes out once', message: `${repeated} came again, and no owner that had lost its partition sent any` }]
      : []
  return [
    ...left,
    ...again,
    ...unheeded(observed, histories, promised),
    ...violations.filter(({ invariant }) => isPromised(invariant, promised)),
  ]
}

/** The checker knows nothing of the next version; here it is known that a request that is recalled stands its institution down. */
function unheeded({ ledger, orders, isFinished }: Observations, histories: Histories, { isForgotten }: Promised): Violation[] {
  if (!isFinished || isForgotten) return []
  const recalls = ledger
    .flatMap(({ value }) => (value.includes('.RequestRecalled"') ? (JSON.parse(value) as Fact) : []))
    // Of a late owner's recall, whose command was refused before, nothing follows.
    .filter(fact => histories.counts(fact))
  if (recalls.length === 0) return []
  const sent = orders.map(({ value }) => JSON.parse(value) as Order)
  const isHeeded = ({ id, subject }: Fact) =>
    sent.some(order => order.causationid === id) || !sent.some(order => order.subject === subject && order.data.kind === 'freeze')
  return recalls.flatMap(fact =>
    isHeeded(fact) ? [] : { invariant: 'order-sent', requestId: fact.subject, message: `fact ${fact.sequence}, a recall, has no order` },
  )
}

export const hasEnded = (histories: Histories, requestId: string): boolean =>
  ['recovered', 'closed'].includes(histories.of(requestId)?.phase ?? '')

function unfinished(key: string, requestId: string | undefined, histories: Histories): Violation[] {
  if (requestId === undefined) return [{ invariant: 'everything ends', message: `${key} is not taken` }]
  if (hasEnded(histories, requestId)) return []
  const { phase, sequence } = histories.of(requestId) ?? {}
  return [{ invariant: 'everything ends', requestId, message: phase ? `is ${phase} since fact ${sequence}` : 'is not in the ledger' }]
}
