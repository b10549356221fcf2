import { check } from '../../checker/check.ts'
import type { Violation } from '../../checker/observations.ts'
import type { createHistories } from './histories.ts'
import { observationsOf, type Seen } from './observed.ts'

/** Not promised where the stores forgot something (docs/guarantees.md, ADR 31): a receipt may have a later instant, and what may not have gone out is named instead of sent. */
const notPromised: ReadonlySet<string> = new Set(['receipt-same', 'order-sent', 'notice-sent'])

/** Everything that is wrong with a run. */
export function judge(seen: Seen, histories: ReturnType<typeof createHistories>, isForgotten: boolean): readonly Violation[] {
  const left = seen.isFinished ? [] : seen.sent.flatMap(({ key, requestId }) => unfinished(key, requestId, histories))
  return [...left, ...check(observationsOf(seen)).filter(({ invariant }) => !isForgotten || !notPromised.has(invariant))]
}

function unfinished(key: string, requestId: string | undefined, histories: ReturnType<typeof createHistories>): Violation[] {
  if (requestId === undefined) return [{ invariant: 'everything ends', message: `${key} is not taken` }]
  const { phase, sequence } = histories.of(requestId) ?? {}
  if (phase === 'recovered') return []
  return [{ invariant: 'everything ends', requestId, message: phase ? `is ${phase} since fact ${sequence}` : 'is not in the ledger' }]
}
