import { onwardDestinationIn } from '@holdfast/schemas'
import type { Moved, ProposedChild, RequestContext } from './context.ts'
import { amountOf, type StatechartEvent } from './event.ts'

type MovedOnward = Pick<RequestContext, 'movedOnward'>

/** What a report leaves to be known. `from` is the account that the document of then is about: another one may come. */
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
    // Of those that opened before anybody was asked, nobody was.
    byPolicy: child !== undefined,
    childless: childless ?? null,
    proposed: proposed && to !== undefined ? { requestId: proposed.requestId, from: document.place, to, declined: false } : null,
  }
}

/** What one report says; undefined where that fact is none. */
export const movedIn = ({ movedOnward }: MovedOnward, report: number): Moved | undefined =>
  movedOnward.find(moved => moved.report === report)

/** The child that waits for the requester's word on a report, or that it has declined. */
export const proposedIn = (context: MovedOnward, report: number): ProposedChild | undefined =>
  movedIn(context, report)?.proposed ?? undefined

/** What moved onward, once the requester has spoken on one report. */
export const decided = (
  { movedOnward }: MovedOnward,
  report: number,
  change: (proposed: ProposedChild) => Partial<Moved>,
): readonly Moved[] =>
  movedOnward.map(moved => (moved.report === report && moved.proposed ? { ...moved, ...change(moved.proposed) } : moved))
