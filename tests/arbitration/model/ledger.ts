import type { Model, ModelStep } from '../model.ts'
import { numberOf, type State, sigOf } from '../trace.ts'

const twoCommands = 'exactly 5 Offset, exactly 1 Request, exactly 2 Profiles, exactly 2 Command, exactly 4 Fact, exactly 2 Owner'
const threeCommands = 'exactly 1 Request, exactly 2 Profiles, exactly 3 Command, exactly 6 Fact, exactly 2 Owner'
const twoRequests = 'exactly 2 Request, exactly 1 Profiles, exactly 4 Command, exactly 4 Fact, exactly 2 Owner'
const storeFaults = ['StoreForgets', 'StoreGoesBack']

export const ledger: Model = {
  name: 'ledger',
  about: 'owners of one partition of the ledger',
  scope: {
    small: `exactly 5 Offset, ${threeCommands}`,
    large: 'exactly 5 Offset, exactly 2 Request, exactly 2 Profiles, exactly 4 Command, exactly 8 Fact, exactly 3 Owner',
  },
  calm: 'Step.act != TruncatesLog',
  promises: {
    'decided-once': 'one command has two facts that count',
    'history-unbroken': 'the predecessor of a record is missing',
    'read-ledger': 'the store has a state that the ledger does not have',
  },
  ends: {
    done: 'ended',
    stuck: 'not can_work and has_space',
    steps: 6,
    scopes: [
      { small: `exactly 5 Offset, ${threeCommands}`, large: `exactly 6 Offset, ${threeCommands}` },
      { small: `exactly 5 Offset, ${twoRequests}`, large: `exactly 6 Offset, ${twoRequests}` },
    ],
    broken: 'a request never ends',
  },
  bounded: [{ promise: 'read-ledger', states: { small: 7, large: 9 }, scope: `exactly 5 Offset, ${threeCommands}` }],
  guards: [
    { without: 'sequence_rule', promise: 'everything ends', states: 7, scope: twoCommands, never: storeFaults },
    { without: 'refusal_stands', promise: 'read-ledger', states: 7, scope: `exactly 5 Offset, ${threeCommands}`, never: storeFaults },
    { without: 'expected_offset', promise: 'everything ends', states: 6, scope: twoCommands, never: storeFaults },
    { without: 'known_command', promise: 'decided-once', states: 6, scope: `exactly 5 Offset, ${threeCommands}`, never: storeFaults },
    { without: 'snapshot_offset_seen', promise: 'everything ends', states: 6, scope: twoCommands, never: ['StoreGoesBack'] },
    {
      without: 'snapshot_offset_saved',
      promise: 'everything ends',
      states: 7,
      scope: `exactly 5 Offset, ${twoRequests}`,
      never: ['StoreGoesBack'],
    },
  ],
  assumptions: [
    { without: 'no_late_owner_after_log_truncation', promise: 'read-ledger', states: 7, scope: `exactly 5 Offset, ${threeCommands}` },
    { without: 'no_store_restored_before_log_truncation', promise: 'read-ledger', states: 8, scope: `exactly 5 Offset, ${threeCommands}` },
  ],
  moments: [
    'a_late_owner_appends',
    'two_owners_have_written_and_not_saved',
    'a_stored_record_does_not_count',
    'a_store_that_went_back_is_noticed',
    'the_log_is_truncated',
    'a_request_has_ended',
  ]
    .map(name => ({ name, states: 8, scope: twoCommands }))
    .concat({ name: 'what_was_refused_is_made_a_fact_by_another', states: 8, scope: `exactly 5 Offset, ${threeCommands}` }),
  describe,
}

function describe({ act, before, after, names }: ModelStep): string {
  const who = before.one('Step', 'who') ?? ''
  const holder = before.one('Group', 'holder')
  const owner = holder === who || act === 'TakesOver' ? names.letter(who) : `${names.letter(who)}, late,`
  const taken = before.one(who, 'takes') ?? ''
  const command = commandIn(before, taken, request => names.number('request', request))
  switch (act) {
    case 'TakesOver':
      return tellTakeover(owner, holder && names.letter(holder), holder !== undefined && after.one(holder, 'position') !== undefined)
    case 'OpensAgain':
      return `${owner} reopens the partition`
    case 'Decides':
      return `${owner} ${isRefusal(before, after) ? 'refuses' : 'decides'} ${command}${whereIn(before, after)}`
    case 'Appends':
      return `${owner} appends ${isRefusal(before, after) ? `the refusal of ${command}` : `the fact of ${command}`}${whereIn(before, after)}, without saving it`
    case 'Saves':
      return `${owner} saves ${command}`
    case 'Passes':
      return `${owner} skips ${command}: ${whyPassed(before, who, taken)}`
    case 'StoreForgets':
      return 'the store is flushed'
    case 'StoreGoesBack':
      return 'the store is restored from an older copy'
    default:
      return `the ledger loses all records from offset ${numberOf(after.one('Ledger', 'end'))}`
  }
}

/** Also for other parts of the model with owners of a partition. */
export function tellTakeover(owner: string, former: string | undefined, isThere: boolean): string {
  if (!former) return `${owner} opens the partition`
  return isThere
    ? `${owner} takes over the partition, and ${former} continues as a late owner`
    : `${former} dies, and ${owner} takes over the partition`
}

function commandIn(state: State, command: string, numbered: (request: string) => number): string {
  const kind = sigOf(state.one(command, 'kind'))
  return state.atoms('Request').length === 1 ? kind : `${kind} of request ${numbered(state.one(command, 'request') ?? '')}`
}

const valuesAt = (state: State, field: string, offset: string): string[] =>
  state.rows('Ledger', field).flatMap(([at, fact = '']) => (at === offset ? [fact] : []))

const appendedBetween = (before: State, after: State): string => valuesAt(after, 'records', before.one('Ledger', 'end') ?? '')[0] ?? ''

const isRefusal = (before: State, after: State): boolean => before.all('Refusals', 'members').includes(appendedBetween(before, after))

/** The offset of a record, whether another record of its command differs, and whether it counts. */
function whereIn(before: State, after: State): string {
  const offset = before.one('Ledger', 'end') ?? ''
  const fact = appendedBetween(before, after)
  const other = before
    .rows('Ledger', 'records')
    .find(([, stored = '']) => stored !== fact && before.one(stored, 'cause') === before.one(fact, 'cause'))
  const next = after.one('Ledger', 'end') ?? ''
  const counts = valuesAt(after, 'history', next).length > valuesAt(after, 'history', offset).length
  return ` at ${numberOf(offset)}${other ? `, under other profiles than at ${numberOf(other[0])}` : ''}${counts ? '' : ', where it does not count'}`
}

function whyPassed(state: State, who: string, command: string): string {
  const known = [...state.all(who, 'states'), ...state.all('Store', 'saved')]
  if (known.some(fact => state.one(fact, 'cause') === command)) return 'it was applied before'
  return sigOf(state.one(command, 'kind')) === 'OpenRequest' ? 'it is already open' : 'the request is unknown'
}
