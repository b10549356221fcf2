import type { Fact, Order } from '@holdfast/payment-stop/language'
import { examine } from '../../../checker/check.ts'
import type { Observations, Violation } from '../../../checker/observations.ts'
import type { SentRequest } from '../actors/member.ts'
import type { Histories } from './histories.ts'

/** The promises that apply to a run (docs/explain/guarantees.md). */
export interface Promised {
  /** The stores were flushed or restored: orders of unknown status are reported instead of sent (ADR 31). */
  readonly isForgotten: boolean
  /**
   * The stores were flushed, which is detected at once, with no other fault or version: owners rebuild their states
   * before a receipt waits too long.
   */
  readonly areReceiptsKept: boolean
  /** A partition lost acknowledged records: promises apply to the remaining facts. */
  readonly isTailLost: boolean
}

/** The expected results of a run. */
export interface Awaited {
  readonly mustEnd: readonly SentRequest[]
  /** How often late owners sent orders. */
  readonly lateOrders: number
}

/** True of every readable fact and history, whatever else was lost. */
const ofWhatIsLeft = new Set(
  'ledger-readable one-partition hash-chain decided-once transition who-may phase resulting-state sums one-currency dual-approval deadline-early deadline-armed refusals-bounded'.split(
    ' ',
  ),
)

function isPromised(invariant: string, { isForgotten, areReceiptsKept, isTailLost }: Promised): boolean {
  if (isTailLost && !ofWhatIsLeft.has(invariant)) return false
  if (!isForgotten) return true
  if (invariant === 'receipt-same') return areReceiptsKept
  return invariant !== 'order-sent' && invariant !== 'notification-sent'
}

/** All violations of a run. */
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
    (invariant === 'order-sent' || invariant === 'notification-sent') && requestId !== undefined && named.has(requestId)
  const again: Violation[] =
    repeated > 0 && lateOrders === 0 && !promised.isTailLost
      ? [{ invariant: 'an order goes out once', message: `${repeated} were repeated, and no late owner sent any` }]
      : []
  return [
    ...left,
    ...again,
    ...unheeded(observed, histories, promised).filter(each => !isNamedInstead(each)),
    ...violations.filter(each => isPromised(each.invariant, promised) && !isNamedInstead(each)),
  ]
}

/**
 * Requests whose keys were destroyed while they were parked: their outbound messages are not sent, and both countries
 * are notified (docs/explain/guarantees.md).
 */
function erasedWhileParked({ notifications }: Observations): ReadonlySet<string> {
  const countries = new Map<string, Set<string>>()
  for (const { value } of notifications) {
    if (!value.includes('"erasedWhileParked"')) continue
    const { subject, data } = JSON.parse(value) as {
      readonly subject: string
      readonly data: { readonly code: string; readonly country: string }
    }
    if (data.code === 'erasedWhileParked') countries.set(subject, (countries.get(subject) ?? new Set()).add(data.country))
  }
  return new Set([...countries].flatMap(([subject, told]) => (told.size === 2 ? [subject] : [])))
}

/** The checker does not know the next version. A recalled request stops its institution. */
function unheeded({ ledger, orders, isFinished }: Observations, histories: Histories, { isForgotten }: Promised): Violation[] {
  if (!isFinished || isForgotten) return []
  const recalls = ledger
    .flatMap(({ value }) => (value.includes('.RequestRecalled"') ? (JSON.parse(value) as Fact) : []))
    // A late owner's recall of a command that was refused before has no consequence.
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
