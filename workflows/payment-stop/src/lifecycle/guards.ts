import type { FactBody } from '../language/index.ts'
import { addMinor, exceeds, nothing } from './amounts.ts'
import { accountedMinorOf, fitsHistory, frozenMinorOf, heldMinorOf, isRetained, movedMinorOf, type RequestContext } from './context.ts'
import { correctedHold, correctedMoved } from './corrected.ts'
import { amountOf, asEvent, isThe, reportedMinor, returnedMinor, type StatechartEvent } from './event.ts'
import { proposedIn } from './moved.ts'
import { isSecondApprover } from './proposal.ts'

interface GuardInput {
  readonly context: RequestContext
  readonly event: StatechartEvent
}

const isEngine = ({ actor }: StatechartEvent) => actor.startsWith('holdfast/')
const requestedMinorOf = (context: RequestContext) => context.document.requestedMinor ?? nothing
const isArmed = ({ context, event }: GuardInput) => context.deadlines.some(deadline => isThe(event, deadline))
const isDecision = (event: StatechartEvent) => asEvent<'DeadlineReached'>(event).data.kind === 'informationDecision'

const isDecidedByAnother = (context: RequestContext, event: StatechartEvent, decision: FactBody<'ChallengeDecided'>['decision']) =>
  context.challenge !== null && asEvent<'ChallengeDecided'>(event).data.decision === decision && isSecondApprover(context.proposals, event)

/** The guards of the statechart. `page/guard-texts.ts` has a text for each. */
export const guards = {
  byTheRules: ({ event }) => event.actor.startsWith('holdfast/validation/'),
  // Before a review only the rules verify. Otherwise an officer could bypass them, and the second approval.
  passedByRules: ({ context, event }) => context.document.requestedMinor !== null && event.actor.startsWith('holdfast/validation/'),
  byTheDesk: ({ event }) => event.actor.split('/')[1] === 'officer',
  isNotProposed: ({ context }) => context.review.proposedBy === null,
  oneOfficerIsEnough: ({ context, event }) => context.document.requestedMinor !== null && context.review.officers === 1 && !isEngine(event),
  // V17: proposer and approver differ, and the engine is neither of them.
  anotherPersonProposed: ({ context, event }) =>
    context.document.requestedMinor !== null &&
    context.review.proposedBy !== null &&
    context.review.proposedBy !== event.actor &&
    !isEngine(event),
  anotherPersonApproves: ({ context, event }) => isSecondApprover(context.proposals, event),
  // An open challenge has to be decided, so that its decision is recorded.
  anotherPersonReleases: ({ context, event }) =>
    isSecondApprover(context.proposals, event) &&
    (context.challenge === null || asEvent<'FreezeReleased'>(event).data.reason !== 'CHALLENGE_UPHELD'),
  noChallengeIsOpen: ({ context }) => context.challenge === null,
  anotherPersonDecidesForHolder: ({ context, event }) => isDecidedByAnother(context, event, 'FOR_HOLDER'),
  anotherPersonDecidesAgainstHolder: ({ context, event }) => isDecidedByAnother(context, event, 'AGAINST_HOLDER'),
  anotherPersonApprovesAndAHoldHasAnEnd: ({ context, event }) =>
    isSecondApprover(context.proposals, event) && context.holds.some(hold => hold.expiresAt !== null),
  askedInReviewAndAnsweredWithoutDocument: ({ context, event }) =>
    context.askedIn === 'awaitingReview' && asEvent<'InformationProvided'>(event).data.request === undefined,
  bringsAFittingDocument: ({ context, event }) => {
    const { request } = asEvent<'InformationProvided'>(event).data
    return request !== undefined && fitsHistory(context, request)
  },
  answersWithoutDocumentInOrdered: ({ context, event }) =>
    asEvent<'InformationProvided'>(event).data.request === undefined && context.askedIn === 'ordered',
  answersWithoutDocument: ({ event }) => asEvent<'InformationProvided'>(event).data.request === undefined,
  // V30: a request is not reopened after its retention period.
  isStillRetained: ({ context }) => isRetained(context),
  isStillRetainedAndFits: ({ context, event }) => {
    const { request } = asEvent<'RequestReopened'>(event).data
    return isRetained(context) && (request === undefined || fitsHistory(context, request))
  },
  // V19: frozen money and money moved onward never exceed the requested amount.
  fitsRequested: ({ context, event }) => !exceeds(addMinor(accountedMinorOf(context), reportedMinor(event)), requestedMinorOf(context)),
  coversRequested: ({ context, event }) =>
    movedMinorOf(context) === nothing && addMinor(frozenMinorOf(context), reportedMinor(event)) === requestedMinorOf(context),
  movesWithinRequested: ({ context, event }) =>
    !exceeds(addMinor(accountedMinorOf(context), amountOf(asEvent<'MovedOnwardReported'>(event).data.amount)), requestedMinorOf(context)),
  movesAllMoney: ({ context, event }) =>
    addMinor(accountedMinorOf(context), amountOf(asEvent<'MovedOnwardReported'>(event).data.amount)) === requestedMinorOf(context),
  somethingMovedOnward: ({ context }) => context.movedOnward.length > 0,
  // V26: a report has at most one onward request. A decline can be reversed.
  waitsOrWasDeclined: ({ context, event }) => proposedIn(context, asEvent<'OnwardFollowed'>(event).data.report) !== undefined,
  waitsForTheRequester: ({ context, event }) => proposedIn(context, asEvent<'OnwardDeclined'>(event).data.report)?.declined === false,
  undoesOneOfHolds: ({ context, event }) => context.holds.length > 1 && correctedHold(context, event) !== undefined,
  undoesTheLastHold: ({ context, event }) => context.holds.length === 1 && correctedHold(context, event) !== undefined,
  undoesMoved: ({ context, event }) => correctedMoved(context, event)?.childRequestId === null,
  undoesShortfall: ({ context, event }) => context.shortfall?.report === asEvent<'AnswerCorrected'>(event).data.report,
  // V19: a return and its charges never exceed the amount on hold.
  fitsHolds: ({ context, event }) => !exceeds(returnedMinor(event), heldMinorOf(context)),
  settlesHolds: ({ context, event }) => returnedMinor(event) === heldMinorOf(context),
  holdIsArmed: ({ context, event }) => context.holds.some(hold => hold.expiresAt === asEvent<'HoldExpired'>(event).data.dueAt),
  lastHoldExpires: ({ context, event }) =>
    context.holds.length > 0 && context.holds.every(hold => hold.expiresAt === asEvent<'HoldExpired'>(event).data.dueAt),
  deadlineIsArmed: ({ context, event }) => isArmed({ context, event }),
  questionWaitedTooLong: ({ context, event }) => isArmed({ context, event }) && isDecision(event),
  questionOfOrderedWaitedTooLong: ({ context, event }) => isArmed({ context, event }) && isDecision(event) && context.askedIn === 'ordered',
} satisfies Record<string, (asked: GuardInput) => boolean>
