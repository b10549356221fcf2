import fc from 'fast-check'
import { expect, test } from 'vitest'
import { assign, createActor, setup, transition as xstateTransition } from 'xstate'
import { compileChart } from './compile-chart.ts'

// The chart of a review with two regions, as another workflow could have it.

interface Context {
  readonly votes: number
  readonly notes: readonly string[]
}

type Event =
  | { readonly type: 'Opened' }
  | { readonly type: 'Voted'; readonly by: string }
  | { readonly type: 'NoteAdded'; readonly note: string }
  | { readonly type: 'Closed' }

interface Known {
  readonly context: Context
  readonly event: Event
}

const noteOf = (event: Event) => (event as Extract<Event, { type: 'NoteAdded' }>).note
const guards = {
  isForeign: ({ event }: Known) => (event as Extract<Event, { type: 'Voted' }>).by !== 'XA',
  isLastVote: ({ context }: Known) => context.votes === 1,
  fits: ({ context }: Known) => context.notes.length < 2,
}
const assigned = assign<Context, Event, undefined, Event, never>
const actions = {
  count: assigned({ votes: ({ context }) => context.votes + 1 }),
  addNote: assigned(({ context, event }) => ({ notes: [...context.notes, noteOf(event)] })),
  forgetNotes: assigned({ notes: [] }),
}
const machine = setup({ types: { context: {} as Context, events: {} as Event }, guards, actions }).createMachine({
  context: { votes: 0, notes: [] },
  initial: 'unopened',
  states: {
    unopened: { on: { Opened: 'open' } },
    open: {
      type: 'parallel',
      on: { Closed: 'ended' },
      states: {
        review: {
          initial: 'waiting',
          states: {
            waiting: {
              on: {
                Voted: [
                  { guard: 'isLastVote', target: 'agreed', actions: ['count', 'forgetNotes'] },
                  { guard: 'isForeign', actions: 'count' },
                ],
              },
            },
            agreed: {},
          },
        },
        notes: { initial: 'taken', states: { taken: { on: { NoteAdded: { guard: 'fits', actions: 'addNote' } } } } },
      },
    },
    ended: { exit: 'count', entry: 'forgetNotes', on: { Opened: 'open' } },
  },
})

type Value = ReturnType<typeof fresh>['value']
const fresh = () => createActor(machine).getSnapshot()
const chart = compileChart<Value, Context, Event>({ machine, guards, actions })

const events = fc.oneof(
  { arbitrary: fc.constant<Event>({ type: 'Opened' }), weight: 2 },
  { arbitrary: fc.constant<Event>({ type: 'Closed' }), weight: 1 },
  { arbitrary: fc.constantFrom('XA', 'XB').map((by): Event => ({ type: 'Voted', by })), weight: 4 },
  { arbitrary: fc.constantFrom('one', 'two').map((note): Event => ({ type: 'NoteAdded', note })), weight: 4 },
)

test('a compiled chart takes the same steps as XState, and refuses the same events', () => {
  const steps = { taken: 0, refused: 0 }
  fc.assert(
    fc.property(fc.array(events, { minLength: 1, maxLength: 30 }), all => {
      let expected = fresh()
      let state = chart.initialState
      for (const event of all) {
        const [next] = xstateTransition(machine, expected, event)
        const own = chart.transition(state, event)
        expect(own).toEqual({ value: next.value, context: next.context })
        steps[own === state ? 'refused' : 'taken']++
        state = own
        expected = next
      }
    }),
    { numRuns: 300, seed: 7 },
  )
  expect(steps.taken).toBeGreaterThan(300)
  expect(steps.refused).toBeGreaterThan(300)
})

test('a refused event leaves the same object', () => {
  const open = chart.transition(chart.initialState, { type: 'Opened' })
  expect(open).not.toBe(chart.initialState)
  expect(chart.transition(open, { type: 'Opened' })).toBe(open)
  expect(chart.transition(open, { type: 'Voted', by: 'XA' })).toBe(open)
})

test('a stored state continues where it was, and shares the value with all requests in that state', () => {
  const open = chart.transition(chart.initialState, { type: 'Opened' })
  const stored = JSON.parse(JSON.stringify(open))
  const restored = chart.restored(stored)
  expect(restored).toEqual(open)
  expect(restored.value).toBe(open.value)
  expect(chart.transition(restored, { type: 'Closed' }).value).toBe('ended')
})

test('a stored state that the chart does not have is refused', () => {
  expect(() => chart.restored({ value: 'suspended' as unknown as Value, context: { votes: 0, notes: [] } })).toThrow('suspended')
})

test('only as many guards are asked as XState would ask', () => {
  const asked: string[] = []
  const watched = Object.fromEntries(
    Object.entries(guards).map(([name, guard]) => [
      name,
      (known: Known) => {
        asked.push(name)
        return guard(known)
      },
    ]),
  )
  const own = compileChart<Value, Context, Event>({ machine, guards: watched, actions })
  const open = own.transition(own.initialState, { type: 'Opened' })
  const voted = own.transition(open, { type: 'Voted', by: 'XB' })
  expect(asked).toEqual(['isLastVote', 'isForeign'])
  own.transition(voted, { type: 'Voted', by: 'XA' })
  expect(asked).toEqual(['isLastVote', 'isForeign', 'isLastVote'])
})
