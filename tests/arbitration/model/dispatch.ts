import type { Model, ModelStep } from '../model.ts'
import { numberOf, type State } from '../trace.ts'
import { tellTakeover } from './ledger.ts'

const small = 'exactly 4 Offset, 2 Fact, exactly 2 Owner'
const smallest = 'exactly 3 Offset, 1 Fact, exactly 2 Owner'
const otherFaults = ['StoreForgets', 'StoreGoesBack', 'OffsetsForgotten', 'TruncatesLog']

export const dispatch: Model = {
  name: 'dispatch',
  about: 'owners of one partition at dispatch, who send orders',
  scope: { small: 'exactly 4 Offset, 3 Fact, exactly 2 Owner', large: 'exactly 6 Offset, 5 Fact, exactly 3 Owner' },
  calm: 'Step.act != TruncatesLog',
  promises: {
    'an order goes out once': 'an order is sent twice, without a late owner',
    'order-caused': 'an order is sent for a fact that does not count',
    'order-sent': 'an order is never sent, and no operator is notified',
  },
  ends: {
    done: 'is_done and order_sent',
    stuck: 'not can_work',
    steps: 8,
    scopes: [{ small: 'exactly 3 Offset, 2 Fact, exactly 2 Owner', large: 'exactly 3 Offset, 3 Fact, exactly 3 Owner' }],
    broken: 'dispatch never reaches the end of the ledger',
  },
  bounded: [{ promise: 'an order goes out once', states: { small: 11, large: 14 }, scope: smallest }],
  guards: [
    { without: 'sequence_rule', promise: 'order-caused', states: 5, scope: small, never: otherFaults },
    { without: 'effects_before_save', promise: 'order-sent', states: 6, scope: small, never: otherFaults },
    { without: 'read_back', promise: 'an order goes out once', states: 8, scope: small, never: otherFaults },
    { without: 'deterministic_ids', promise: 'an order goes out once', states: 8, scope: small, never: otherFaults },
  ],
  assumptions: [{ without: 'sent_orders_recorded_before_log_truncation', promise: 'an order goes out once', states: 10, scope: smallest }],
  moments: [
    { name: 'an_order_comes_twice', states: 9, scope: small },
    { name: 'a_late_owner_sends', states: 9, scope: small },
    { name: 'an_order_is_found_that_went_out', states: 9, scope: small },
    { name: 'an_order_is_named', states: 9, scope: small },
    { name: 'the_log_is_truncated', states: 12, scope: smallest },
    { name: 'a_stored_record_does_not_count', states: 3, scope: small },
  ],
  describe,
}

function describe({ act, before, after, names }: ModelStep): string {
  const who = before.one('Step', 'who') ?? ''
  const holder = before.one('Group', 'holder')
  const owner = holder === who || act === 'TakesOver' ? names.letter(who) : `${names.letter(who)}, late,`
  const fact = `fact ${names.number('fact', before.one('Step', 'what') ?? '')}`
  switch (act) {
    case 'LedgerWrites':
      return `${fact} is written at ${numberOf(before.one('Ledger', 'end'))}${countsIn(after, before.one('Step', 'what')) ? '' : ', where it does not count'}`
    case 'TakesOver':
      return tellTakeover(owner, holder && names.letter(holder), true)
    case 'OpensAgain':
      return `${owner} reopens the partition`
    case 'Looks':
      return `${owner} reads ${fact}${after.one(who, 'order') ? '' : ', and finds no order to send'}`
    case 'Sends':
      return `${owner} sends the order of ${fact}`
    case 'Saves':
      return `${owner} saves its offset after ${fact}`
    case 'StoreForgets':
      return 'the store is flushed'
    case 'StoreGoesBack':
      return 'the store is restored from an older copy'
    case 'OffsetsForgotten':
      return "the group's offset is lost"
    default:
      return `the ledger loses all records from offset ${numberOf(after.one('Ledger', 'end'))}`
  }
}

const countsIn = (state: State, fact: string | undefined): boolean => state.rows('Ledger', 'history').some(([, last]) => last === fact)
