import type { Model, ModelStep } from '../model.ts'
import { numberOf, sigOf } from '../trace.ts'

const twoPartitions = 'exactly 3 Offset, exactly 2 Partition, exactly 2 Request, exactly 6 Fact, exactly 3 Owner'
const onePartition = 'exactly 4 Offset, exactly 1 Partition, exactly 1 Request, exactly 3 Fact, exactly 2 Owner'

export const payments: Model = {
  name: 'payments',
  about: 'validation in two partitions, and the index of open payments',
  scope: { small: twoPartitions, large: 'exactly 4 Offset, exactly 2 Partition, exactly 3 Request, exactly 9 Fact, exactly 4 Owner' },
  promises: { 'one-open-per-payment': 'two requests are open for one payment' },
  ends: {
    done: 'is_done',
    stuck: 'no o: Ledger.holder[Partition] | can_work[o]',
    steps: 8,
    scopes: [
      {
        small: 'exactly 3 Offset, exactly 1 Partition, exactly 2 Request, exactly 6 Fact, exactly 2 Owner',
        large: 'exactly 4 Offset, exactly 1 Partition, exactly 2 Request, exactly 6 Fact, exactly 3 Owner',
      },
      {
        small: 'exactly 2 Offset, exactly 2 Partition, exactly 2 Request, exactly 6 Fact, exactly 4 Owner',
        large: 'exactly 2 Offset, exactly 2 Partition, exactly 3 Request, exactly 9 Fact, exactly 4 Owner',
      },
    ],
    broken: 'validation never reaches the end of the ledger',
  },
  guards: [
    { without: 'claimed_payment', promise: 'one-open-per-payment', states: 3, scope: twoPartitions },
    { without: 'complete_index', promise: 'one-open-per-payment', states: 5, scope: twoPartitions, never: ['StoreGoesBack'] },
    { without: 'index_with_state', promise: 'everything ends', states: 7, scope: onePartition, never: ['StoreForgets', 'StoreGoesBack'] },
  ],
  assumptions: [],
  moments: [
    { name: 'two_stand_by_an_answer_that_came_late', states: 8, scope: twoPartitions },
    { name: 'a_duplicate_is_reported', states: 4, scope: twoPartitions },
    { name: 'the_index_is_restored_in_one_partition_only', states: 4, scope: twoPartitions },
    { name: 'an_answer_is_read_back', states: 6, scope: twoPartitions },
  ],
  describe,
}

function describe({ act, before, after, names }: ModelStep): string {
  const who = before.one('Step', 'who') ?? ''
  const what = before.one('Step', 'what') ?? ''
  const partition = before.one(who, 'of') ?? ''
  const holder = before.rows('Ledger', 'holder').find(([of]) => of === partition)?.[1]
  const owner = holder === who || act === 'TakesOver' ? names.letter(who) : `${names.letter(who)}, late,`
  const where = before.atoms('Partition').length > 1 ? ` of partition ${names.number('partition', partition)}` : ''
  const request = `request ${names.number('request', what)}`
  const outcome = after.all('Commands', 'stands').includes(what) ? 'no duplicate' : 'a duplicate'
  switch (act) {
    case 'TakesOver':
      return `${owner} takes over from ${names.letter(holder ?? '')}${where}, which continues as a late owner`
    case 'OpensAgain':
      return `${owner} reopens its partition${where}`
    case 'Assesses':
      return `${owner} assesses ${request}${where}: ${outcome}`
    case 'Claims':
      return `${owner} claims the payment for ${request}${where}: ${sigOf(after.one(who, 'says')) === 'Stands' ? 'granted' : 'another request has it'}`
    case 'Says':
      return `${owner} sends its assessment of ${request}: ${outcome}`
    case 'Saves':
      return `${owner} saves its offset after ${request}`
    case 'MovesOn':
      return `${owner} continues at ${numberOf(before.one(who, 'position'))}`
    case 'Opened':
      return `${request} is opened`
    case 'LedgerDecides':
      return `the ledger decides the assessment of ${request}`
    case 'Ends':
      return `${request} ends`
    case 'StoreForgets':
      return 'the store loses states and index'
    default:
      return 'the store restarts from an older copy'
  }
}
