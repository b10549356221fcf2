import { onwardDestinationIn } from '../language/index.ts'
import type { Moved, ProposedChild, RequestContext } from './context.ts'
import { amountOf, type StatechartEvent } from './event.ts'

type MovedOnward = Pick<RequestContext, 'movedOnward'>

/** The entry of a report. `from` is the account of the document at that time, as a later document may have another. */
export function movedBy(
  { data, sequence }: Extract<StatechartEvent, { type: 'MovedOnwardReported' }>,
  { document }: RequestContext,
): Moved {
  const { amount, country, child, proposed, childless } = data
  const to = onwardDestinationIn(data)
  return {
    amountMinor: amountOf(amount),
    country,
    report: sequence,
    institution: document.institution,
    childRequestId: child?.requestId ?? null,
    // Before approvals existed, onward requests opened without an officer.
    byPolicy: child !== undefined,
    childless: childless ?? null,
    proposed: proposed && to !== undefined ? { requestId: proposed.requestId, from: document.place, to, declined: false } : null,
  }
}

/** The entry of a report; undefined if the fact reported no money moved onward. */
export const movedIn = ({ movedOnward }: MovedOnward, report: number): Moved | undefined =>
  movedOnward.find(moved => moved.report === report)

/** The onward request of a report that awaits a decision or was declined. */
export const proposedIn = (context: MovedOnward, report: number): ProposedChild | undefined =>
  movedIn(context, report)?.proposed ?? undefined

/** The entries after the requesting country decided on one report. */
export const decided = (
  { movedOnward }: MovedOnward,
  report: number,
  change: (proposed: ProposedChild) => Partial<Moved>,
): readonly Moved[] =>
  movedOnward.map(moved => (moved.report === report && moved.proposed ? { ...moved, ...change(moved.proposed) } : moved))
