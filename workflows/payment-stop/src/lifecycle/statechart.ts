import { setup } from 'xstate'
import { actions } from './actions.ts'
import { emptyContext, type RequestContext } from './context.ts'
import type { StatechartEvent } from './event.ts'
import { guards } from './guards.ts'

export type { StatechartEvent }

/**
 * V26: the requesting country can decide on money moved onward in any state. Usually all money has moved by then, and
 * the request is closed.
 */
const onFollowUpDecision = {
  OnwardFollowed: { guard: 'waitsOrWasDeclined', actions: 'noteFollowed' },
  OnwardDeclined: { guard: 'waitsForTheRequester', actions: 'noteDeclined' },
} as const

/** V30: an ended request is kept until its retention period ends, or until its erasure is ordered by dual approval. */
const onErasure = {
  ActionProposed: { guard: 'isStillRetained', actions: 'noteProposal' },
  ErasureOrdered: { guard: 'anotherPersonApproves', actions: ['disarmAll', 'forgetProposals'] },
  DeadlineReached: { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'forgetProposals', 'arm'] },
} as const

/** All held money is released: an authority orders it, or upholds the holder's challenge. */
const release = { target: 'closed.released', actions: ['releaseAll', 'noteReason'] } as const

/**
 * The statechart of one freeze request. Its events are facts. It has no clock, no actor and no I/O, so the same facts give
 * the same state anywhere. Without a transition for a fact, the state stays unchanged, which means a refusal.
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
        ...onFollowUpDecision,
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
          // A proposal concerned the document of that review.
          exit: 'forgetVerificationProposal',
          on: {
            VerificationProposed: { guard: 'isNotProposed', actions: 'noteVerificationProposal' },
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
              { guard: 'askedInReviewAndAnsweredWithoutDocument', target: 'awaitingReview' },
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
        ...onFollowUpDecision,
        FreezeReported: [
          { guard: 'coversRequested', target: '#request.frozen.coverage.full', actions: ['addHold', 'arm'] },
          { guard: 'fitsRequested', target: '#request.frozen.coverage.partial', actions: ['addHold', 'arm'] },
        ],
        MovedOnwardReported: [
          { guard: 'movesAllMoney', target: 'closed.movedOnward', actions: 'noteMoved' },
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
        /**
         * A wrong document is not corrected here, because an order was sent for it. The request must be ended and
         * reopened.
         */
        awaitingInformation: {
          exit: 'disarmQuestion',
          on: {
            InformationProvided: [
              { guard: 'answersWithoutDocumentInOrdered', target: 'ordered' },
              { guard: 'answersWithoutDocument', target: 'ordering' },
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
      exit: ['disarmAll', 'forgetProposals', 'forgetChallenge'],
      on: {
        ...onFollowUpDecision,
        ActionProposed: { actions: 'noteProposal' },
        InterimReported: { actions: ['disarmInterim', 'arm'] },
        FreezeExtended: { guard: 'anotherPersonApproves', actions: ['extendHolds', 'forgetAgreed', 'arm'] },
        FreezeReleased: { guard: 'anotherPersonReleases', ...release },
        ChallengeLodged: { guard: 'noChallengeIsOpen', actions: 'noteChallenge' },
        ChallengeDecided: [
          { guard: 'anotherPersonDecidesForHolder', ...release },
          { guard: 'anotherPersonDecidesAgainstHolder', actions: ['forgetChallenge', 'forgetAgreed'] },
        ],
        ClosedUnrecovered: { guard: 'anotherPersonApproves', target: 'closed.unrecovered', actions: ['releaseAll', 'noteReason'] },
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
                /** Existing holds stay; there is no more money. */
                NoFundsReported: { actions: 'noteShortfall' },
                NotFoundReported: { actions: 'noteShortfall' },
                AnswerCorrected: [
                  { guard: 'undoesTheLastHold', target: '#request.verified.ordered', actions: ['undoHold', 'forgetShortfall'] },
                  { guard: 'undoesOneOfHolds', actions: 'undoHold' },
                  { guard: 'undoesMoved', actions: 'undoMoved' },
                  { guard: 'undoesShortfall', actions: 'forgetShortfall' },
                ],
                HoldExpired: [
                  { guard: 'lastHoldExpires', target: '#request.closed.expired', actions: 'expireHolds' },
                  { guard: 'holdIsArmed', actions: 'expireHolds' },
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
                  { guard: 'lastHoldExpires', target: '#request.closed.expired', actions: 'expireHolds' },
                  { guard: 'holdIsArmed', target: 'partial', actions: 'expireHolds' },
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
                FreezeConfirmed: { guard: 'anotherPersonApproves', target: 'confirmed', actions: ['confirmHolds', 'forgetAgreed', 'arm'] },
              },
            },
            /** A later hold has an end of its own, so it can be confirmed too. */
            confirmed: {
              on: {
                FreezeConfirmed: {
                  guard: 'anotherPersonApprovesAndAHoldHasAnEnd',
                  actions: ['renewReview', 'confirmHolds', 'forgetAgreed', 'arm'],
                },
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
                  guard: 'anotherPersonApproves',
                  target: 'returning',
                  actions: ['disarmConsent', 'holdUntilReturned', 'forgetAgreed', 'arm'],
                },
                RequestWithdrawn: { guard: 'anotherPersonApproves', target: '#request.closed.withdrawn', actions: 'releaseAll' },
              },
            },
            returning: {
              on: {
                ReturnReported: [
                  { guard: 'settlesHolds', target: '#request.recovered', actions: 'addReturn' },
                  { guard: 'fitsHolds', target: 'partlyReturned', actions: ['addReturn', 'disarmReturn', 'arm'] },
                ],
                RequestWithdrawn: { guard: 'anotherPersonApproves', target: '#request.closed.withdrawn', actions: 'releaseAll' },
              },
            },
            partlyReturned: {
              on: {
                ReturnReported: [
                  { guard: 'settlesHolds', target: '#request.recovered', actions: 'addReturn' },
                  { guard: 'fitsHolds', actions: ['addReturn', 'disarmReturn', 'arm'] },
                ],
              },
            },
          },
        },
      },
    },
    /**
     * The money is back and the charges are known. Not an XState final state, because a final machine accepts no event.
     */
    recovered: {
      entry: ['arm', 'noteEnd'],
      on: { ...onFollowUpDecision, ...onErasure },
    },
    closed: {
      initial: 'unrecovered',
      entry: ['arm', 'noteEnd'],
      exit: ['disarmAll', 'forgetProposals'],
      on: {
        ...onFollowUpDecision,
        ...onErasure,
        RequestReopened: { guard: 'isStillRetainedAndFits', target: 'received', actions: 'reopen' },
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
