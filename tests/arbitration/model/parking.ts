import type { Model, ModelStep } from '../model.ts'
import { sigOf } from '../trace.ts'

const two = 'exactly 2 Request, exactly 4 Command'

export const parking: Model = {
  name: 'parking',
  about: 'requests that are parked at the ledger’s owner',
  scope: { small: two, large: 'exactly 3 Request, exactly 8 Command' },
  promises: { 'decided in order': 'a command was decided before an earlier one' },
  ends: {
    done: 'ended',
    stuck: 'not can_work and no Code.throws',
    steps: 9,
    scopes: [{ small: two, large: 'exactly 1 Request, exactly 5 Command' }],
    broken: 'a request never ends',
  },
  guards: [{ without: 'parked_order', promise: 'everything ends', states: 6, scope: 'exactly 1 Request, exactly 2 Command' }],
  assumptions: [],
  moments: ['a_parked_request_goes_on', 'another_request_goes_on_meanwhile', 'a_command_comes_again'].map(name => ({
    name,
    states: 8,
    scope: two,
  })),
  describe,
}

function describe({ act, before, after, names }: ModelStep): string {
  const what = before.one('Step', 'what') ?? ''
  const of = before.one('Step', 'of') ?? ''
  const request = before.atoms('Request').length > 1 ? `request ${names.number('request', of)}` : 'the request'
  const command = `${sigOf(before.one(what, 'kind'))}${before.atoms('Request').length > 1 ? ` of ${request}` : ''}`
  switch (act) {
    case 'Decides':
      return `${command} is decided`
    case 'Passes':
      return `${command} is skipped: ${before.all('Ledger', 'applied').includes(what) ? 'it was applied before' : 'no such request is open'}`
    case 'Parks':
      return `the code throws on ${command}: ${request} is parked`
    case 'Holds':
      return `${command} is held with it`
    case 'Redrives':
      return `${request} is retried: ${command} is ${after.all('Ledger', 'applied').includes(what) ? 'decided' : 'skipped'}`
    case 'Unparks':
      return `${request} is no longer parked`
    case 'Repaired':
      return 'the code is repaired'
    default:
      return 'a successor starts at the committed offset'
  }
}
