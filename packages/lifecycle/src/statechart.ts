import { setup } from 'xstate'
import { actions } from './actions.ts'
import { emptyContext, type RequestContext } from './context.ts'
import type { StatechartEvent } from './event.ts'
import { guards } from './guards.ts'

export type { StatechartEvent }

/** V26: the requester's word on money that moved onward is taken wherever the request stands: most of it is said once all has moved and the request is closed. */
const onTheRequestersWord = {
  OnwardFollowed: { guard: 'waitsOrWasDeclined', actions: 'noteFollowed' },
  OnwardDeclined: { guard: 'waitsForTheRequester', actions: 'noteDeclined' },
} as const

/** V30: what has ended is kept until its retention is over, or until two persons order that it is not. */
const onErasure = {
  ActionProposed: { guard: 'isKept', actions: 'noteProposal' },
  ErasureOrdered: { guard: 'secondPersonAgrees', actions: ['disarmAll', 'forgetProposals'] },
  DeadlineReached: { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'forgetProposals', 'arm'] },
} as const

/**
 * The lifecycle of one freeze request. Its events are facts; it holds no clock, no actor and does no I/O, so that folding the same facts
 * gives the same state anywhere. What it has no transition for is refused: the snapshot comes back unchanged.
 */
export const statechart = setup({
  types: { context: {} as RequestContext, events: {} as StatechartEvent },
  guards,
  actions,
}).createMachine({
  id: 'request',
  context: emptyContext,
  initial: 'unopened',
  states: {
    /** Before the first fact. */
    unopened: { on: { RequestOpened: { target: 'received', actions: 'open' } } },
    received: {
      initial: 'assessing',
      entry: 'arm',
      exit: 'disarmAll',
      on: {
        ...onTheRequestersWord,
        RequestRejected: { target: 'closed.rejected', actions: 'noteRejection' },
        RequestWithdrawn: { target: 'closed.withdrawn' },
        DeadlineReached: { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'arm'] },
      },
      states: {
        assessing: {
          entry: 'noteWhatIsAssessed',
          on: {
            RequestVerified: { guard: 'passedByRules', target: '#request.verified' },
            ReviewRequested: { target: 'awaitingReview', actions: 'noteOfficers' },
            InformationRequested: { guard: 'byTheRules', target: 'awaitingInformation', actions: ['askedInAssessing', 'arm'] },
            DuplicateDetected: { target: '#request.closed.duplicate', actions: 'noteStanding' },
          },
        },
        awaitingReview: {
          // What was proposed was proposed of this document.
          exit: 'forgetVerificationProposal',
          on: {
            VerificationProposed: { guard: 'nobodyProposed', actions: 'noteVerificationProposal' },
            RequestVerified: [
              { guard: 'oneOfficerIsEnough', target: '#request.verified' },
              { guard: 'anotherPersonProposed', target: '#request.verified' },
            ],
            InformationRequested: { guard: 'byTheDesk', target: 'awaitingInformation', actions: ['askedInReview', 'arm'] },
          },
        },
        awaitingInformation: {
          exit: 'disarmQuestion',
          on: {
            InformationProvided: [
              { guard: 'askedInReviewAndAnsweredInWords', target: 'awaitingReview' },
              { guard: 'bringsAFittingDocument', target: 'assessing', actions: 'takeDocument' },
            ],
            DeadlineReached: [
              { guard: 'questionWaitedTooLong', target: 'awaitingReview', actions: ['disarmPassed', 'arm'] },
              { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'arm'] },
            ],
          },
        },
      },
    },
    verified: {
      initial: 'ordering',
      entry: ['arm', 'noteVerified'],
      exit: 'disarmAll',
      on: {
        ...onTheRequestersWord,
        FreezeReported: [
          { guard: 'coversRequested', target: '#request.frozen.coverage.full', actions: ['addHold', 'arm'] },
          { guard: 'fitsRequested', target: '#request.frozen.coverage.partial', actions: ['addHold', 'arm'] },
        ],
        MovedOnwardReported: [
          { guard: 'movesAllThatIsLeft', target: 'closed.movedOnward', actions: 'noteMoved' },
          { guard: 'movesWithinRequested', actions: 'noteMoved' },
        ],
        NoFundsReported: [
          { guard: 'somethingMovedOnward', target: 'closed.movedOnward', actions: 'noteReason' },
          { target: 'closed.noFunds', actions: 'noteReason' },
        ],
        NotFoundReported: [
          { guard: 'somethingMovedOnward', target: 'closed.movedOnward', actions: 'noteReason' },
          { target: 'closed.notFound', actions: 'noteReason' },
        ],
        InterimReported: { actions: ['disarmInterim', 'arm'] },
        AnswerCorrected: { guard: 'undoesMoved', actions: 'undoMoved' },
        RequestRejected: { target: 'closed.rejected', actions: 'noteRejection' },
        RequestWithdrawn: { target: 'closed.withdrawn' },
        DeadlineReached: { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'arm'] },
      },
      states: {
        ordering: {
          exit: 'disarmAcknowledgement',
          on: {
            OrderAcknowledged: { target: 'ordered' },
            InformationRequested: { target: 'awaitingInformation', actions: ['askedInOrdering', 'arm'] },
          },
        },
        ordered: { on: { InformationRequested: { target: 'awaitingInformation', actions: ['askedInOrdered', 'arm'] } } },
        /** A document that is wrong is not mended here, as an order has gone out on it: the request is ended and reopened. */
        awaitingInformation: {
          exit: 'disarmQuestion',
          on: {
            InformationProvided: [
              { guard: 'answersInWordsWhatWasAskedInOrdered', target: 'ordered' },
              { guard: 'answersInWords', target: 'ordering' },
            ],
            DeadlineReached: [
              { guard: 'questionOfOrderedWaitedTooLong', target: 'ordered', actions: ['disarmPassed', 'arm'] },
              { guard: 'questionWaitedTooLong', target: 'ordering', actions: ['disarmPassed', 'arm'] },
              { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'arm'] },
            ],
          },
        },
      },
    },
    frozen: {
      type: 'parallel',
      exit: ['disarmAll', 'forgetProposals'],
      on: {
        ...onTheRequestersWord,
        ActionProposed: { actions: 'noteProposal' },
        InterimReported: { actions: ['disarmInterim', 'arm'] },
        FreezeExtended: { guard: 'secondPersonAgrees', actions: ['extendHolds', 'forgetAgreed', 'arm'] },
        FreezeReleased: { guard: 'secondPersonAgrees', target: 'closed.released', actions: ['letGo', 'noteReason'] },
        ClosedUnrecovered: { guard: 'secondPersonAgrees', target: 'closed.unrecovered', actions: ['letGo', 'noteReason'] },
        DeadlineReached: { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'arm'] },
      },
      states: {
        coverage: {
          initial: 'partial',
          states: {
            partial: {
              on: {
                FreezeReported: [
                  { guard: 'coversRequested', target: 'full', actions: ['addHold', 'arm'] },
                  { guard: 'fitsRequested', actions: ['addHold', 'arm'] },
                ],
                MovedOnwardReported: { guard: 'movesWithinRequested', actions: 'noteMoved' },
                /** What is held stays held; there is no more of it. */
                NoFundsReported: { actions: 'noteShortfall' },
                NotFoundReported: { actions: 'noteShortfall' },
                AnswerCorrected: [
                  { guard: 'undoesTheLastHold', target: '#request.verified.ordered', actions: ['undoHold', 'forgetShortfall'] },
                  { guard: 'undoesOneOfHolds', actions: 'undoHold' },
                  { guard: 'undoesMoved', actions: 'undoMoved' },
                  { guard: 'undoesShortfall', actions: 'forgetShortfall' },
                ],
                HoldExpired: [
                  { guard: 'lastHoldLapses', target: '#request.closed.expired', actions: 'lapseHolds' },
                  { guard: 'holdIsArmed', actions: 'lapseHolds' },
                ],
              },
            },
            full: {
              on: {
                AnswerCorrected: [
                  { guard: 'undoesTheLastHold', target: '#request.verified.ordered', actions: 'undoHold' },
                  { guard: 'undoesOneOfHolds', target: 'partial', actions: 'undoHold' },
                ],
                HoldExpired: [
                  { guard: 'lastHoldLapses', target: '#request.closed.expired', actions: 'lapseHolds' },
                  { guard: 'holdIsArmed', target: 'partial', actions: 'lapseHolds' },
                ],
              },
            },
          },
        },
        mandate: {
          initial: 'provisional',
          states: {
            provisional: {
              on: {
                FreezeConfirmed: { guard: 'secondPersonAgrees', target: 'confirmed', actions: ['confirmHolds', 'forgetAgreed', 'arm'] },
              },
            },
            /** A later hold has an end of its own again, so it can be confirmed too. */
            confirmed: {
              on: {
                FreezeConfirmed: { guard: 'secondPersonConfirmsAnEnd', actions: ['renewReview', 'confirmHolds', 'forgetAgreed', 'arm'] },
              },
            },
          },
        },
        recovery: {
          initial: 'idle',
          states: {
            idle: {
              on: {
                ReturnInitiated: {
                  guard: 'secondPersonAgrees',
                  target: 'returning',
                  actions: ['disarmConsent', 'holdUntilReturned', 'forgetAgreed', 'arm'],
                },
                RequestWithdrawn: { guard: 'secondPersonAgrees', target: '#request.closed.withdrawn', actions: 'letGo' },
              },
            },
            returning: {
              on: {
                ReturnReported: [
                  { guard: 'settlesHeld', target: '#request.recovered', actions: 'addReturn' },
                  { guard: 'fitsHeld', target: 'partlyReturned', actions: ['addReturn', 'disarmReturn', 'arm'] },
                ],
                RequestWithdrawn: { guard: 'secondPersonAgrees', target: '#request.closed.withdrawn', actions: 'letGo' },
              },
            },
            partlyReturned: {
              on: {
                ReturnReported: [
                  { guard: 'settlesHeld', target: '#request.recovered', actions: 'addReturn' },
                  { guard: 'fitsHeld', actions: ['addReturn', 'disarmReturn', 'arm'] },
                ],
              },
            },
          },
        },
      },
    },
    /** The money is back, charges explained. Not an XState final state: a final machine takes no event at all, and a refusal is recorded as one. */
    recovered: {
      entry: ['arm', 'noteEnd'],
      on: { ...onTheRequestersWord, ...onErasure },
    },
    closed: {
      initial: 'unrecovered',
      entry: ['arm', 'noteEnd'],
      exit: ['disarmAll', 'forgetProposals'],
      on: {
        ...onTheRequestersWord,
        ...onErasure,
        RequestReopened: { guard: 'isKeptAndFits', target: 'received', actions: 'reopen' },
      },
      states: {
        rejected: {},
        duplicate: {},
        withdrawn: {},
        notFound: {},
        noFunds: {},
        movedOnward: {},
        released: {},
        unrecovered: {},
        expired: {},
      },
    },
  },
})
