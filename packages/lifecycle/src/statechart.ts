import type { FactBody, FactKind } from '@holdfast/schemas'
import { assign, setup } from 'xstate'
import { addMinor, exceeds, minorOf, nothing } from './amounts.ts'
import { documented, emptyContext, frozenWith, lapse, type RequestContext, settled } from './context.ts'

/** A fact as the statechart takes it. */
export type StatechartEvent = { [K in FactKind]: { readonly type: K; readonly data: FactBody<K>; readonly actor: string } }[FactKind]

type Event<K extends FactKind> = Extract<StatechartEvent, { type: K }>
/** Named guards and actions are typed for every event; each of these is used on one kind only. */
const of = <K extends FactKind>(event: StatechartEvent, _kind: K) => event as Event<K>

const amountOf = (money: Parameters<typeof minorOf>[0]) => minorOf(money) ?? nothing

const settledAfter = (context: RequestContext, event: StatechartEvent) => {
  const { amount, charges } = of(event, 'ReturnReported').data
  return addMinor(settled(context), addMinor(amountOf(amount), amountOf(charges)))
}

/**
 * The lifecycle of one freeze request. Its events are facts; it holds no clock, no actor and does no I/O, so that folding the same facts
 * gives the same state anywhere. What it has no transition for is refused: the snapshot comes back unchanged.
 */
export const statechart = setup({
  types: { context: {} as RequestContext, events: {} as StatechartEvent },
  guards: {
    // Before a review only the rules verify: an officer who could would pass by them, and by the second person.
    passedByRules: ({ context, event }) => context.requestedMinor !== null && event.actor.startsWith('holdfast/validation/'),
    nobodyProposed: ({ context }) => context.proposedBy === null,
    // V17: maker and checker are two persons.
    anotherPersonProposed: ({ context, event }) =>
      context.requestedMinor !== null &&
      context.proposedBy !== null &&
      context.proposedBy !== event.actor &&
      // The engine is no person.
      !event.actor.startsWith('holdfast/'),
    // V19: what is frozen never exceeds what was requested.
    fitsRequested: ({ context, event }) =>
      !exceeds(frozenWith(context, amountOf(of(event, 'FreezeReported').data.amount)), context.requestedMinor ?? nothing),
    coversRequested: ({ context, event }) =>
      frozenWith(context, amountOf(of(event, 'FreezeReported').data.amount)) === (context.requestedMinor ?? nothing),
    // V19: what came back and what it cost never exceed what was frozen.
    fitsFrozen: ({ context, event }) => !exceeds(settledAfter(context, event), context.frozenMinor),
    settlesFrozen: ({ context, event }) => settledAfter(context, event) === context.frozenMinor,
    nothingReturned: ({ context }) => context.recoveredMinor === nothing,
    holdIsArmed: ({ context, event }) => context.holds.some(hold => hold.expiresAt === of(event, 'HoldExpired').data.dueAt),
    lastHoldLapses: ({ context, event }) =>
      context.holds.length > 0 && context.holds.every(hold => hold.expiresAt === of(event, 'HoldExpired').data.dueAt),
  },
  actions: {
    open: assign(({ event }) => {
      const { request } = of(event, 'RequestOpened').data
      return { ...documented(request), requestingCountry: request.requestingCountry, beneficiaryCountry: request.beneficiaryCountry }
    }),
    takeInformation: assign(({ event }) => documented(of(event, 'InformationProvided').data.request)),
    noteProposal: assign({ proposedBy: ({ event }) => event.actor }),
    noteRejection: assign({ rejectionCode: ({ event }) => of(event, 'RequestRejected').data.code }),
    noteStanding: assign({ standingRequestId: ({ event }) => of(event, 'DuplicateDetected').data.standingRequestId }),
    addHold: assign(({ context, event }) => {
      const { amount, expiresAt } = of(event, 'FreezeReported').data
      const amountMinor = amountOf(amount)
      return { frozenMinor: frozenWith(context, amountMinor), holds: [...context.holds, { amountMinor, expiresAt }] }
    }),
    confirmHolds: assign(({ context, event }) => {
      const { expiresAt } = of(event, 'FreezeConfirmed').data
      return { holds: context.holds.map(hold => ({ ...hold, expiresAt: expiresAt ?? null })) }
    }),
    lapseHold: assign(({ context, event }) => lapse(context, of(event, 'HoldExpired').data.dueAt)),
    addReturn: assign(({ context, event }) => {
      const { amount, charges } = of(event, 'ReturnReported').data
      return {
        recoveredMinor: addMinor(context.recoveredMinor, amountOf(amount)),
        chargesMinor: addMinor(context.chargesMinor, amountOf(charges)),
      }
    }),
    disarm: assign({ holds: [] }),
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
      on: {
        RequestRejected: { target: 'closed.rejected', actions: 'noteRejection' },
        RequestWithdrawn: { target: 'closed.withdrawn' },
      },
      states: {
        assessing: {
          on: {
            RequestVerified: { guard: 'passedByRules', target: '#request.verified' },
            ReviewRequested: { target: 'awaitingReview' },
            InformationRequested: { target: 'awaitingInformation' },
            DuplicateDetected: { target: '#request.closed.duplicate', actions: 'noteStanding' },
          },
        },
        awaitingReview: {
          on: {
            VerificationProposed: { guard: 'nobodyProposed', actions: 'noteProposal' },
            RequestVerified: { guard: 'anotherPersonProposed', target: '#request.verified' },
          },
        },
        awaitingInformation: {
          on: { InformationProvided: { target: 'assessing', actions: 'takeInformation' } },
        },
      },
    },
    verified: {
      initial: 'ordering',
      on: {
        FreezeReported: [
          { guard: 'coversRequested', target: '#request.frozen.coverage.full', actions: 'addHold' },
          { guard: 'fitsRequested', target: '#request.frozen.coverage.partial', actions: 'addHold' },
        ],
        NoFundsReported: { target: 'closed.noFunds' },
        NotFoundReported: { target: 'closed.notFound' },
        RequestWithdrawn: { target: 'closed.withdrawn' },
      },
      states: {
        ordering: { on: { OrderAcknowledged: { target: 'ordered' } } },
        ordered: {},
        /** Reached when the institution side asks back; no command leads here yet. */
        awaitingInformation: {},
      },
    },
    frozen: {
      type: 'parallel',
      on: { RequestWithdrawn: { guard: 'nothingReturned', target: 'closed.withdrawn', actions: 'disarm' } },
      states: {
        coverage: {
          initial: 'partial',
          states: {
            partial: {
              on: {
                FreezeReported: [
                  { guard: 'coversRequested', target: 'full', actions: 'addHold' },
                  { guard: 'fitsRequested', actions: 'addHold' },
                ],
                HoldExpired: [
                  { guard: 'lastHoldLapses', target: '#request.closed.expired', actions: 'disarm' },
                  { guard: 'holdIsArmed', actions: 'lapseHold' },
                ],
              },
            },
            full: {
              on: {
                HoldExpired: [
                  { guard: 'lastHoldLapses', target: '#request.closed.expired', actions: 'disarm' },
                  { guard: 'holdIsArmed', target: 'partial', actions: 'lapseHold' },
                ],
              },
            },
          },
        },
        mandate: {
          initial: 'provisional',
          states: {
            provisional: { on: { FreezeConfirmed: { target: 'confirmed', actions: 'confirmHolds' } } },
            /** A later hold has an end of its own again, so it can be confirmed too. */
            confirmed: { on: { FreezeConfirmed: { actions: 'confirmHolds' } } },
          },
        },
        recovery: {
          initial: 'idle',
          states: {
            idle: { on: { ReturnInitiated: { target: 'returning' } } },
            returning: {
              on: {
                ReturnReported: [
                  { guard: 'settlesFrozen', target: '#request.recovered', actions: ['addReturn', 'disarm'] },
                  { guard: 'fitsFrozen', target: 'partlyReturned', actions: 'addReturn' },
                ],
              },
            },
            partlyReturned: {
              on: {
                ReturnReported: [
                  { guard: 'settlesFrozen', target: '#request.recovered', actions: ['addReturn', 'disarm'] },
                  { guard: 'fitsFrozen', actions: 'addReturn' },
                ],
              },
            },
          },
        },
      },
    },
    /** The money is back, charges explained. Not an XState final state: a final machine takes no event at all, and a refusal is recorded as one. */
    recovered: {},
    closed: {
      initial: 'unrecovered',
      states: {
        rejected: {},
        duplicate: {},
        withdrawn: {},
        notFound: {},
        noFunds: {},
        /** No command leads to the next three yet. */
        movedOnward: {},
        released: {},
        unrecovered: {},
        expired: {},
      },
    },
  },
})
