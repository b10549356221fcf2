import { expect, test } from 'vitest'
import type { AnyState } from './lifecycle.ts'
import { phaseOf, statesOf } from './states.ts'

const stateOf = (value: unknown) => ({ value, context: {} }) as AnyState

test('the states are the deepest ones, by their path', () => {
  const statesIn = (value: unknown) => statesOf({ state: stateOf(value) })
  expect(statesIn('settled')).toEqual(['settled'])
  expect(statesIn({ open: 'asked' })).toEqual(['open.asked'])
  expect(statesIn({ open: { opinions: 'some', deadline: { running: undefined } } })).toEqual([
    'open.opinions.some',
    'open.deadline.running',
  ])
})

test('the phase is the outermost state', () => {
  expect([stateOf('settled'), stateOf({ open: { deadline: 'running' } }), stateOf({})].map(phaseOf)).toEqual(['settled', 'open', ''])
})
