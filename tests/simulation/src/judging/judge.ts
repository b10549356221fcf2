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
  const named = erasedWhileParked(observed)
  const isNamedInstead = ({ invariant, requestId }: Violation): boolean =>
    (invariant === 'order-sent' || invariant === 'notice-sent') && requestId !== undefined && named.has(requestId)
  const again: Violation[] =
    repeated > 0 && lateOrders === 0 && !promised.isTailLost
      ? [{ invariant: 'an order goes out once', message: `${repeated} came again, and no owner that had lost its partition sent any` }]
      : []
  return [
    ...left,
    ...again,
    ...unheeded(observed, histories, promised).filter(each => !isNamedInstead(each)),
    ...violations.filter(each => isPromised(each.invariant, promised) && !isNamedInstead(each)),
  ]
}

/** Requests whose keys were destroyed while they were parked: what they still had to send is not sent, and both countries know that it is not (docs/guarantees.md). */
function erasedWhileParked({ notices }: Observations): ReadonlySet<string> {
  const countries = new Map<string, Set<string>>()
  for (const { value } of notices) {
    if (!value.includes('"erasedWhileParked"')) continue
    const { subject, data } = JSON.parse(value) as {
      readonly subject: string
      readonly data: { readonly code: string; readonly country: string }
    }
    if (data.code === 'erasedWhileParked') countries.set(subject, (countries.get(subject) ?? new Set()).add(data.country))
  }
  return new Set([...countries].flatMap(([subject, told]) => (told.size === 2 ? [subject] : [])))
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
