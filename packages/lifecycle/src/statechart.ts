import type { Deadline, DeadlineKind, FactBody, FactKind } from '@holdfast/schemas'
import { assign, setup } from 'xstate'
import { addMinor, exceeds, minorOf, nothing } from './amounts.ts'
import {
  accountedMinorOf,
  documented,
  emptyContext,
  fitsHistory,
  frozenMinorOf,
  heldMinorOf,
  lapse,
  letGo,
  movedMinorOf,
  type RequestContext,
  settle,
  withHolds,
} from './context.ts'
import { isSecondPerson } from './joint.ts'

/** A fact as the statechart takes it. */
export type StatechartEvent = {
  [K in FactKind]: {
    readonly type: K
    readonly data: FactBody<K>
    readonly actor: string
    readonly time: string
    readonly sequence: number
  }
}[FactKind]

type Event<K extends FactKind> = Extract<StatechartEvent, { type: K }>
/** Named guards and actions are typed for every event; each of these is used on one kind only. */
const of = <K extends FactKind>(event: StatechartEvent, _kind: K) => event as Event<K>

const amountOf = (money: Parameters<typeof minorOf>[0]) => minorOf(money) ?? nothing

/** More proposals than this at once are not kept: the oldest goes. */
const proposalsMax = 8

const isEngine = ({ actor }: StatechartEvent) => actor.startsWith('holdfast/')

const reportedMinor = (event: StatechartEvent) => amountOf(of(event, 'FreezeReported').data.amount)
const returnedMinor = (event: StatechartEvent) => {
  const { amount, charges } = of(event, 'ReturnReported').data
  return addMinor(amountOf(amount), amountOf(charges))
}
const requestedMinorOf = (context: RequestContext) => context.document.requestedMinor ?? nothing

const without = (context: RequestContext, ...kinds: readonly DeadlineKind[]) =>
  context.deadlines.filter(({ kind }) => !kinds.includes(kind))

/** The deadlines that a fact brings with it. */
const armedBy = (event: StatechartEvent) => (event.data as { deadlines?: RequestContext['deadlines'] }).deadlines ?? []

/**
 * The lifecycle of one freeze request. Its events are facts; it holds no clock, no actor and does no I/O, so that folding the same facts
 * gives the same state anywhere. What it has no transition for is refused: the snapshot comes back unchanged.
 */
export const statechart = setup({
  types: { context: {} as RequestContext, events: {} as StatechartEvent },
  guards: {
    byTheRules: ({ event }) => event.actor.startsWith('holdfast/validation/'),
    // Before a review only the rules verify: an officer who could would pass by them, and by the second person.
    passedByRules: ({ context, event }) => context.document.requestedMinor !== null && event.actor.startsWith('holdfast/validation/'),
    byTheDesk: ({ event }) => event.actor.split('/')[1] === 'officer',
    nobodyProposed: ({ context }) => context.review.proposedBy === null,
    oneOfficerIsEnough: ({ context, event }) =>
      context.document.requestedMinor !== null && context.review.officers === 1 && !isEngine(event),
    // V17: maker and checker are two persons, and the engine is none.
    anotherPersonProposed: ({ context, event }) =>
      context.document.requestedMinor !== null &&
      context.review.proposedBy !== null &&
      context.review.proposedBy !== event.actor &&
      !isEngine(event),
    secondPersonAgrees: ({ context, event }) => isSecondPerson(context.proposals, event),
    secondPersonConfirmsAnEnd: ({ context, event }) =>
      isSecondPerson(context.proposals, event) && context.holds.some(hold => hold.expiresAt !== null),
    askedInReviewAndAnsweredInWords: ({ context, event }) =>
      context.askedIn === 'awaitingReview' && of(event, 'InformationProvided').data.request === undefined,
    bringsAFittingDocument: ({ context, event }) => {
      const { request } = of(event, 'InformationProvided').data
      return request !== undefined && fitsHistory(context, request)
    },
    answersInWordsWhatWasAskedInOrdered: ({ context, event }) =>
      of(event, 'InformationProvided').data.request === undefined && context.askedIn === 'ordered',
    answersInWords: ({ event }) => of(event, 'InformationProvided').data.request === undefined,
    fitsWhatHappened: ({ context, event }) => {
      const { request } = of(event, 'RequestReopened').data
      return request === undefined || fitsHistory(context, request)
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
    // V19: what comes back and what it costs never exceed what is held.
    fitsHeld: ({ context, event }) => !exceeds(returnedMinor(event), heldMinorOf(context)),
    settlesHeld: ({ context, event }) => returnedMinor(event) === heldMinorOf(context),
    holdIsArmed: ({ context, event }) => context.holds.some(hold => hold.expiresAt === of(event, 'HoldExpired').data.dueAt),
    lastHoldLapses: ({ context, event }) =>
      context.holds.length > 0 && context.holds.every(hold => hold.expiresAt === of(event, 'HoldExpired').data.dueAt),
    deadlineIsArmed: ({ context, event }) => isArmed(context, event),
    questionWaitedTooLong: ({ context, event }) => isArmed(context, event) && isDecision(event),
    questionOfOrderedWaitedTooLong: ({ context, event }) => isArmed(context, event) && isDecision(event) && context.askedIn === 'ordered',
  },
  actions: {
    open: assign(({ event }) => {
      const { request, lineage = [] } = of(event, 'RequestOpened').data
      const { requestingCountry, beneficiaryCountry } = request
      return { document: documented(request), requestingCountry, beneficiaryCountry, ancestors: lineage }
    }),
    reopen: assign(({ context, event }) => {
      const { request } = of(event, 'RequestReopened').data
      return {
        ...(request ? { document: documented(request) } : {}),
        revision: context.revision + 1,
        review: emptyContext.review,
        shortfallReason: null,
        end: emptyContext.end,
      }
    }),
    takeDocument: assign(({ event }) => {
      const { request } = of(event, 'InformationProvided').data
      // How many officers are enough was said of the document before.
      return request ? { document: documented(request), review: emptyContext.review } : {}
    }),
    noteWhatIsAssessed: assign({ review: ({ context, event }) => ({ ...context.review, ofFact: event.sequence }) }),
    noteOfficers: assign({
      review: ({ context, event }) => ({ ...context.review, officers: of(event, 'ReviewRequested').data.officers === 1 ? 1 : 2 }),
    }),
    noteVerificationProposal: assign({ review: ({ context, event }) => ({ ...context.review, proposedBy: event.actor }) }),
    forgetVerificationProposal: assign({ review: ({ context }) => ({ ...context.review, proposedBy: null }) }),
    noteProposal: assign(({ context, event }) => {
      const { command, words } = of(event, 'ActionProposed').data
      const proposal = { command, words, actor: event.actor, sequence: event.sequence }
      return { proposals: [...context.proposals, proposal].slice(-proposalsMax) }
    }),
    askedInAssessing: assign({ askedIn: 'assessing' }),
    askedInReview: assign({ askedIn: 'awaitingReview' }),
    askedInOrdering: assign({ askedIn: 'ordering' }),
    askedInOrdered: assign({ askedIn: 'ordered' }),
    noteRejection: assign(({ context, event }) => {
      const { code } = of(event, 'RequestRejected').data
      return { end: { ...context.end, rejectionCode: code, reason: code } }
    }),
    noteStanding: assign({
      end: ({ context, event }) => ({ ...context.end, standingRequestId: of(event, 'DuplicateDetected').data.standingRequestId }),
    }),
    noteReason: assign({ end: ({ context, event }) => ({ ...context.end, reason: (event.data as { reason: string }).reason }) }),
    noteShortfall: assign({ shortfallReason: ({ event }) => (event.data as { reason: string }).reason }),
    addHold: assign(({ context, event }) => {
      const { basis, expiresAt } = of(event, 'FreezeReported').data
      const hold = { amountMinor: reportedMinor(event), basis, from: event.time, expiresAt, extendedTimes: 0 }
      // Whoever finds more takes back that there was no more.
      return {
        holds: [...context.holds, hold],
        reached: { ...context.reached, frozenAt: context.reached.frozenAt ?? event.time },
        shortfallReason: null,
      }
    }),
    noteMoved: assign(({ context, event }) => {
      const { amount, country, child, childless } = of(event, 'MovedOnwardReported').data
      const moved = { amountMinor: amountOf(amount), country, childRequestId: child?.requestId ?? null, childless: childless ?? null }
      return { movedOnward: [...context.movedOnward, moved] }
    }),
    confirmHolds: assign(({ context, event }) => {
      const { expiresAt = null } = of(event, 'FreezeConfirmed').data
      return withHolds(
        context,
        // One that has no end is not given one by a later confirmation of others.
        context.holds.map(hold => (hold.expiresAt === null ? hold : { ...hold, expiresAt })),
      )
    }),
    extendHolds: assign(({ context, event }) => {
      const ends = new Map(of(event, 'FreezeExtended').data.extended.map(({ hold, expiresAt }) => [hold, expiresAt]))
      return withHolds(
        context,
        context.holds.map((hold, index) => {
          const expiresAt = ends.get(index)
          return expiresAt === undefined ? hold : { ...hold, expiresAt, extendedTimes: hold.extendedTimes + 1 }
        }),
      )
    }),
    // Consent, indemnity or order stands for the hold from here on: it must not lapse while the money is being sent.
    holdUntilReturned: assign(({ context }) => ({
      ...withHolds(
        context,
        context.holds.map(hold => ({ ...hold, expiresAt: null })),
      ),
    })),
    lapseHolds: assign(({ context, event }) => lapse(context, of(event, 'HoldExpired').data.dueAt)),
    letGo: assign(({ context }) => letGo(context)),
    addReturn: assign(({ context, event }) => {
      const { amount, charges } = of(event, 'ReturnReported').data
      return {
        ...withHolds(context, settle(context.holds, returnedMinor(event))),
        recoveredMinor: addMinor(context.recoveredMinor, amountOf(amount)),
        chargesMinor: addMinor(context.chargesMinor, amountOf(charges)),
      }
    }),
    // Two holds of one end are warned of once.
    arm: assign({
      deadlines: ({ context: { deadlines }, event }) => [
        ...deadlines,
        ...armedBy(event).filter(deadline => !deadlines.some(known => isSame(known, deadline))),
      ],
    }),
    disarmPassed: assign({ deadlines: ({ context, event }) => context.deadlines.filter(deadline => !isThe(event, deadline)) }),
    disarmAll: assign({ deadlines: [] }),
    disarmQuestion: assign({ deadlines: ({ context }) => without(context, 'informationReminder', 'informationDecision'), askedIn: null }),
    disarmAcknowledgement: assign({
      deadlines: ({ context }) => without(context, 'acknowledge', 'acknowledgeEscalation', 'interimAnswer'),
    }),
    disarmInterim: assign({
      deadlines: ({ context, event }) =>
        // The holder's consent is asked for anew, or its answer is there.
        ['RQDA', 'ADAC', 'CUST', 'NOAS'].includes(of(event, 'InterimReported').data.reason)
          ? without(context, 'interimAnswer', 'consentAnswer')
          : without(context, 'interimAnswer'),
    }),
    disarmConsent: assign({ deadlines: ({ context }) => without(context, 'consentAnswer') }),
    disarmReturn: assign({ deadlines: ({ context }) => without(context, 'returnPayment') }),
    // Where only later holds are confirmed, to an end, the ones that have none are still looked at when they were to be.
    renewReview: assign({
      deadlines: ({ context, event }) =>
        of(event, 'FreezeConfirmed').data.expiresAt === undefined ? without(context, 'confirmedHoldReview') : context.deadlines,
    }),
    forgetProposals: assign({ proposals: [] }),
    forgetAgreed: assign({
      proposals: ({ context, event }) => {
        const agreed = context.proposals.find(proposal => isSecondPerson([proposal], event))
        return context.proposals.filter(({ command }) => command !== agreed?.command)
      },
    }),
    noteVerified: assign({
      reached: ({ context, event }) => ({ ...context.reached, verifiedAt: context.reached.verifiedAt ?? event.time }),
    }),
    noteEnd: assign({ end: ({ context, event }) => ({ ...context.end, at: event.time }) }),
  },
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
                HoldExpired: [
                  { guard: 'lastHoldLapses', target: '#request.closed.expired', actions: 'lapseHolds' },
                  { guard: 'holdIsArmed', actions: 'lapseHolds' },
                ],
              },
            },
            full: {
              on: {
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
    recovered: { entry: ['arm', 'noteEnd'], on: { DeadlineReached: { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'arm'] } } },
    closed: {
      initial: 'unrecovered',
      entry: ['arm', 'noteEnd'],
      exit: 'disarmAll',
      on: {
        RequestReopened: { guard: 'fitsWhatHappened', target: 'received', actions: 'reopen' },
        DeadlineReached: { guard: 'deadlineIsArmed', actions: ['disarmPassed', 'arm'] },
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

function isSame(one: Deadline, other: Deadline): boolean {
  return one.kind === other.kind && one.dueAt === other.dueAt && one.about === other.about
}

function isThe(event: StatechartEvent, deadline: Deadline): boolean {
  return isSame(of(event, 'DeadlineReached').data, deadline)
}

function isArmed(context: RequestContext, event: StatechartEvent): boolean {
  return context.deadlines.some(deadline => isThe(event, deadline))
}

function isDecision(event: StatechartEvent): boolean {
  return of(event, 'DeadlineReached').data.kind === 'informationDecision'
}
