import { examine } from '../../checker/check.ts'
import type { Violation } from '../../checker/observations.ts'
import type { Histories } from './histories.ts'
import { observationsOf, type Seen } from './observed.ts'

/** What of the promises holds on a day (docs/guarantees.md). */
export interface Promised {
  /** The stores forgot something: what may not have gone out is named instead of sent (ADR 31). */
  readonly isForgotten: boolean
  /** They forgot all, which is seen at once, and nothing else failed, so that their owners have their states again before a receipt has waited for too long. */
  readonly areReceiptsKept: boolean
}

function isPromised(invariant: string, { isForgotten, areReceiptsKept }: Promised): boolean {
  if (!isForgotten) return true
  if (invariant === 'receipt-same') return areReceiptsKept
  return invariant !== 'order-sent' && invariant !== 'notice-sent'
}

/** Everything that is wrong with a run. */
export function judge(seen: Seen, histories: Histories, promised: Promised): readonly Violation[] {
  const left = seen.isFinished
    ? []
    : seen.sent.flatMap(({ key, requestId, isRefused }) => (isRefused ? [] : unfinished(key, requestId, histories)))
  const { violations, repeats } = examine(observationsOf(seen))
  const repeated = repeats.orders.reduce((sum, { times }) => sum + times - 1, 0)
  const again: Violation[] =
    repeated > 0 && seen.lateOrders === 0
      ? [{ invariant: 'an order goes out once', message: `${repeated} came again, and no owner that had lost its partition sent any` }]
      : []
  return [...left, ...again, ...violations.filter(({ invariant }) => isPromised(invariant, promised))]
}

export const hasEnded = (histories: Histories, requestId: string): boolean =>
  ['recovered', 'closed'].includes(histories.of(requestId)?.phase ?? '')

function unfinished(key: string, requestId: string | undefined, histories: Histories): Violation[] {
  if (requestId === undefined) return [{ invariant: 'everything ends', message: `${key} is not taken` }]
  if (hasEnded(histories, requestId)) return []
  const { phase, sequence } = histories.of(requestId) ?? {}
  return [{ invariant: 'everything ends', requestId, message: phase ? `is ${phase} since fact ${sequence}` : 'is not in the ledger' }]
}
