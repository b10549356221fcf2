import type { Model, ModelStep } from '../model.ts'
import { numberOf, sigOf } from '../trace.ts'

const scope = 'exactly 4 Offset, 3 Fact'

export const versions: Model = {
  name: 'versions',
  about: 'two versions of the code at the same time',
  scope: { small: 'exactly 5 Offset, 4 Fact', large: 'exactly 8 Offset, 7 Fact' },
  promises: {
    'order-caused': 'an order is sent for a fact that does not count',
    'order-sent': 'an order is never sent',
    'decided on history': 'an owner decides on a history that lacks a fact',
  },
  ends: {
    done: 'not can_work and order_sent',
    stuck: 'not can_work and Dispatch.runs = Newer',
    steps: 4,
    scopes: [{ small: 'exactly 5 Offset, 4 Fact', large: 'exactly 5 Offset, 6 Fact' }],
    broken: 'dispatch never reaches the end of the ledger',
  },
  guards: [
    { without: 'level_gate', promise: 'decided on history', states: 5, scope },
    { without: 'unknown_parked', promise: 'order-sent', states: 8, scope },
  ],
  assumptions: [],
  moments: [
    'a_request_is_parked_and_taken_up',
    'an_older_owner_writes_before_the_level_is_raised',
    'an_order_of_the_new_kind_goes_out',
  ].map(name => ({ name, states: 9, scope })),
  describe,
}

function describe({ act, before, after, names }: ModelStep): string {
  const version = sigOf(before.one('Step', 'who')).toLowerCase()
  const what = before.one('Step', 'what') ?? ''
  const fact = `fact ${names.number('fact', what)}`
  switch (act) {
    case 'TakesOver':
      return `an owner of the ${version} version takes over the ledger`
    case 'Decides':
      return `the ${version} owner writes ${fact} at ${numberOf(before.one('Ledger', 'end'))}${before.one(what, 'new') ? ', of the new type' : ''}${
        after.rows('Ledger', 'history').some(([, counts]) => counts === what) ? '' : ', where it does not count'
      }`
    case 'Sends':
      return `the ${version} dispatch sends the order of ${fact}`
    case 'PassesOver':
      return `the ${version} dispatch skips ${fact}`
    case 'Parks':
      return `the ${version} dispatch parks the request at ${fact}`
    case 'Drops':
      return `the ${version} dispatch drops ${fact}`
    case 'Replaced':
      return `a dispatch of the ${version} version replaces it`
    default:
      return 'the feature level of the ledger is raised'
  }
}
