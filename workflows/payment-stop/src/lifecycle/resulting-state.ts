import { statesOf } from '@holdfast/core'
import { type CurrentAmounts, type Deadline, type ResultingState, resultingDeadlinesMax } from '../language/index.ts'
import { type Minor, moneyOf } from './amounts.ts'
import { frozenMinorOf, movedMinorOf, type RequestContext } from './context.ts'
import { outcomeOf } from './outcome.ts'
import type { RequestSnapshot } from './snapshot.ts'

/** The running deadlines, earliest first. */
export function deadlinesOf({ state: { context } }: Pick<RequestSnapshot, 'state'>): Deadline[] {
  const { holds, deadlines } = context
  const ends = new Set(holds.flatMap(hold => (hold.expiresAt === null ? [] : [hold.expiresAt])))
  const armed = [...deadlines, ...[...ends].map(dueAt => ({ kind: 'holdExpiry' as const, dueAt }))]
  // Parses each instant once, not in each comparison.
  return armed
    .map(deadline => ({ deadline, dueMs: Date.parse(deadline.dueAt) }))
    .sort((a, b) => a.dueMs - b.dueMs)
    .map(({ deadline }) => deadline)
}

function amountsOf(context: RequestContext): CurrentAmounts | undefined {
  const { currency, requestedMinor } = context.document
  const { chargesMinor, recoveredMinor, releasedMinor } = context.sums
  if (requestedMinor === null) return undefined
  const value = (amountMinor: Minor) => moneyOf(currency, amountMinor).value
  return {
    charges: value(chargesMinor),
    currency,
    frozen: value(frozenMinorOf(context)),
    movedOnward: value(movedMinorOf(context)),
    recovered: value(recoveredMinor),
    released: value(releasedMinor),
    requested: value(requestedMinor),
  }
}

/** The state of a request, as its last fact has to state it. */
export function resultingStateOf(snapshot: Pick<RequestSnapshot, 'state' | 'openedAt'>): ResultingState {
  const { context } = snapshot.state
  const { proposals, shortfall, end } = context
  const amounts = amountsOf(context)
  const outcome = outcomeOf(snapshot)
  // Members are sorted by name: see `factAt` in fact-of-decision.ts.
  return {
    ...(amounts ? { amounts } : {}),
    deadlines: deadlinesOf(snapshot).slice(0, resultingDeadlinesMax),
    ...(outcome ? { outcome } : {}),
    ...(proposals.length > 0
      ? { proposals: proposals.map(({ command, actor, sequence }) => ({ command, proposedBy: actor, sequence })) }
      : {}),
    ...(end.rejectionCode ? { rejectionCode: end.rejectionCode } : {}),
    revision: context.revision,
    ...(shortfall ? { shortfallReason: shortfall.reason } : {}),
    ...(end.standingRequestId ? { standingRequestId: end.standingRequestId } : {}),
    states: statesOf(snapshot),
  }
}
