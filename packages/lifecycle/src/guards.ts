import { addMinor, exceeds, nothing } from './amounts.ts'
import { accountedMinorOf, fitsHistory, frozenMinorOf, heldMinorOf, isRetained, movedMinorOf, type RequestContext } from './context.ts'
import { correctedHold, correctedMoved } from './corrected.ts'
import { amountOf, isThe, of, reportedMinor, returnedMinor, type StatechartEvent } from './event.ts'
import { proposedIn } from './moved.ts'
import { isSecondApprover } from './proposal.ts'

interface Asked {
  readonly context: RequestContext
  readonly event: StatechartEvent
}

const isEngine = ({ actor }: StatechartEvent) => actor.startsWith('holdfast/')
const requestedMinorOf = (context: RequestContext) => context.document.requestedMinor ?? nothing
const isArmed = ({ context, event }: Asked) => context.deadlines.some(deadline => isThe(event, deadline))
const isDecision = (event: StatechartEvent) => of(event, 'DeadlineReached').data.kind === 'informationDecision'

/** What a transition of the statechart may ask. `page/guard-words.ts` says each in words. */
export const guards = {
  byTheRules: ({ event }) => event.actor.startsWith('holdfast/validation/'),
  // Before a review only the rules verify: an officer who could would pass by them, and by the second person.
  passedByRules: ({ context, event }) => context.document.requestedMinor !== null && event.actor.startsWith('holdfast/validation/'),
  byTheDesk: ({ event }) => event.actor.split('/')[1] === 'officer',
  nobodyProposed: ({ context }) => context.review.proposedBy === null,
  oneOfficerIsEnough: ({ context, event }) => context.document.requestedMinor !== null && context.review.officers === 1 && !isEngine(event),
  // V17: maker and checker are two persons, and the engine is none.
  anotherPersonProposed: ({ context, event }) =>
    context.document.requestedMinor !== null &&
    context.review.proposedBy !== null &&
    context.review.proposedBy !== event.actor &&
    !isEngine(event),
  secondPersonAgrees: ({ context, event }) => isSecondApprover(context.proposals, event),
  secondPersonConfirmsAnEnd: ({ context, event }) =>
    isSecondApprover(context.proposals, event) && context.holds.some(hold => hold.expiresAt !== null),
  askedInReviewAndAnsweredInWords: ({ context, event }) =>
    context.askedIn === 'awaitingReview' && of(event, 'InformationProvided').data.request === undefined,
  bringsAFittingDocument: ({ context, event }) => {
    const { request } = of(event, 'InformationProvided').data
    return request !== undefined && fitsHistory(context, request)
  },
  answersInWordsWhatWasAskedInOrdered: ({ context, event }) =>
    of(event, 'InformationProvided').data.request === undefined && context.askedIn === 'ordered',
  answersInWords: ({ event }) => of(event, 'InformationProvided').data.request === undefined,
  // V30: what is no longer kept is not taken up again.
  isKept: ({ context }) => isRetained(context),
  isKeptAndFits: ({ context, event }) => {
    const { request } = of(event, 'RequestReopened').data
    return isRetained(context) && (request === undefined || fitsHistory(context, request))
  },
  // V19: what is frozen here and what moved on never exceed what was requested.
  fitsRequested: ({ context, event }) => !exceeds(addMinor(accountedMinorOf(context), reportedMinor(event)), requestedMinorOf(context)),
  coversRequested: ({ context, event }) =>
    movedMinorOf(context) === nothing && addMinor(frozenMinorOf(context), reportedMinor(event)) === requestedMinorOf(context),
  movesWithinRequested: ({ context, event }) =>
    !exceeds(addMinor(accountedMinorOf(context), amountOf(of(event, 'MovedOnwardReported').data.amount)), requestedMinorOf(context)),
  movesAllThatIsLeft: ({ context, event }) =>
    addMinor(accountedMinorOf(context), amountOf(of(event, 'MovedOnwardReported').data.amount)) === requestedMinorOf(context),
  somethingMovedOnward: ({ context }) => context.movedOnward.length > 0,
  // V26: nothing is followed twice; a no can be taken back.
  waitsOrWasDeclined: ({ context, event }) => proposedIn(context, of(event, 'OnwardFollowed').data.report) !== undefined,
  waitsForTheRequester: ({ context, event }) => proposedIn(context, of(event, 'OnwardDeclined').data.report)?.declined === false,
  undoesOneOfHolds: ({ context, event }) => context.holds.length > 1 && correctedHold(context, event) !== undefined,
  undoesTheLastHold: ({ context, event }) => context.holds.length === 1 && correctedHold(context, event) !== undefined,
  undoesMoved: ({ context, event }) => correctedMoved(context, event)?.childRequestId === null,
  undoesShortfall: ({ context, event }) => context.shortfall?.report === of(event, 'AnswerCorrected').data.report,
  // V19: what comes back and what it costs never exceed what is held.
  fitsHeld: ({ context, event }) => !exceeds(returnedMinor(event), heldMinorOf(context)),
  settlesHeld: ({ context, event }) => returnedMinor(event) === heldMinorOf(context),
  holdIsArmed: ({ context, event }) => context.holds.some(hold => hold.expiresAt === of(event, 'HoldExpired').data.dueAt),
  lastHoldLapses: ({ context, event }) =>
    context.holds.length > 0 && context.holds.every(hold => hold.expiresAt === of(event, 'HoldExpired').data.dueAt),
  deadlineIsArmed: ({ context, event }) => isArmed({ context, event }),
  questionWaitedTooLong: ({ context, event }) => isArmed({ context, event }) && isDecision(event),
  questionOfOrderedWaitedTooLong: ({ context, event }) => isArmed({ context, event }) && isDecision(event) && context.askedIn === 'ordered',
} satisfies Record<string, (asked: Asked) => boolean>
