import { type AnyRecord, factAt, lineAt } from '../recorded.ts'
import { again, first, inFirst, type Mutation, without } from './mutation.ts'

const isAgreed = (fact: AnyRecord): boolean => fact.data.proposedBy !== undefined

export const ofFacts: readonly Mutation[] = [
  ['transition', 'a hold without a verification', without('RequestVerified')],
  ['transition', 'a request that ends twice', again('RequestWithdrawn')],
  ['transition', 'an order that is acknowledged twice', again('OrderAcknowledged')],
  [
    'who-may',
    'a hold by the requester’s own bank',
    inFirst('FreezeReported', fact => {
      fact.actor = fact.actor.replace(/^../, fact.requestingcountry)
    }),
  ],
  [
    'who-may',
    'an officer who lets a hold expire',
    inFirst('HoldExpired', fact => {
      fact.actor = `${fact.beneficiarycountry}/officer/watch`
    }),
  ],
  [
    'phase',
    'a phase that the request has not reached',
    inFirst('RequestVerified', fact => {
      fact.phase = 'frozen'
    }),
  ],
  [
    'resulting-state',
    'a state that the request has not reached',
    inFirst('FreezeReported', fact => {
      fact.data.resultingState.states[0] = 'frozen.coverage.none'
    }),
  ],
  ['resulting-state', 'a missing deadline', inFirst('RequestVerified', fact => void fact.data.resultingState.deadlines.pop())],
  [
    'resulting-state',
    'another amount',
    inFirst('FreezeReported', fact => {
      fact.data.resultingState.amounts.frozen = '1.00'
    }),
  ],
  [
    'resulting-state',
    'another outcome',
    inFirst(
      'HoldExpired',
      fact => {
        fact.data.resultingState.outcome.secondsToFreeze += 1
      },
      fact => fact.data.resultingState.outcome,
    ),
  ],
  [
    'sums',
    'more frozen than requested',
    inFirst('FreezeReported', fact => {
      fact.data.amount.value = '999999999.00'
    }),
  ],
  [
    'sums',
    'more moved onward than requested',
    inFirst('MovedOnwardReported', fact => {
      fact.data.amount.value = '999999999.00'
    }),
  ],
  [
    'sums',
    'a cent more returned than frozen',
    inFirst('ReturnReported', fact => {
      fact.data.charges = { currency: fact.data.amount.currency, value: '999999999.01' }
    }),
  ],
  [
    'sums',
    'an amount with too many decimals',
    inFirst(
      'FreezeReported',
      fact => {
        fact.data.amount.value = '10.001'
      },
      fact => fact.data.amount.currency === 'USD',
    ),
  ],
  [
    'one-currency',
    'a hold in another currency',
    inFirst('FreezeReported', fact => {
      fact.data.amount.currency = fact.data.amount.currency === 'EUR' ? 'USD' : 'EUR'
    }),
  ],
  [
    'dual-approval',
    'one person who approves their own proposal',
    inFirst('FreezeConfirmed', fact => {
      fact.actor = fact.data.proposedBy
    }),
  ],
  [
    'dual-approval',
    'one person whose name in upper case approves',
    inFirst('FreezeReleased', fact => {
      fact.actor = fact.data.proposedBy.replace(/[^/]+$/, (name: string) => name.toUpperCase())
    }),
  ],
  ['dual-approval', 'an end without a proposal', inFirst('ClosedUnrecovered', fact => void delete fact.data.proposedBy)],
  [
    'dual-approval',
    'an approval with other data',
    inFirst('FreezeConfirmed', fact => {
      fact.data.reference = 'ANOTHER'
    }),
  ],
  ['dual-approval', 'a return without its proposal', without('ActionProposed', fact => fact.data.command === 'InitiateReturn')],
  [
    'dual-approval',
    'one officer who proposes and approves a verification',
    inFirst(
      'RequestVerified',
      fact => {
        fact.actor = fact.data.proposedBy
      },
      isAgreed,
    ),
  ],
  [
    'deadline-early',
    'a hold that ends a second before its time, by the log',
    seen => {
      const at = first(seen, 'HoldExpired')
      lineAt(seen.ledger, at).timestampMs = Date.parse(factAt(seen, at).data.dueAt) - 1_000
    },
  ],
  [
    'deadline-early',
    'a reminder a second before its time, by the fact',
    inFirst('DeadlineReached', fact => {
      fact.time = new Date(Date.parse(fact.data.dueAt) - 1_000).toISOString()
    }),
  ],
  ['deadline-armed', 'a deadline that is reached twice', again('DeadlineReached', fact => fact.data.deadlines === undefined)],
  ['deadline-armed', 'a hold that ends twice', again('HoldExpired', fact => fact.phase === 'frozen')],
  [
    'deadline-armed',
    'a deadline that was disarmed',
    inFirst(
      'DeadlineReached',
      fact => Object.assign(fact.data, { kind: 'retention' }),
      fact => fact.data.kind !== 'retention',
    ),
  ],
]
