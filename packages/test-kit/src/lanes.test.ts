import { expect, test } from 'vitest'
import { lanesOf } from './lanes.ts'

test.each([
  ['x', 'HOLDFAST_TEST_LANES is x; it is a whole number from 1 to 16'],
  ['0', 'HOLDFAST_TEST_LANES is 0; it is a whole number from 1 to 16'],
  ['17', 'HOLDFAST_TEST_LANES is 17; it is a whole number from 1 to 16'],
  ['2.5', 'HOLDFAST_TEST_LANES is 2.5; it is a whole number from 1 to 16'],
])('%s lanes are refused in words', (given, words) => {
  expect(() => lanesOf(given, 2)).toThrow(new Error(words))
})

test('as many lanes as were asked for, whatever the machine has', () => {
  expect(['1', '2', '16'].map(given => lanesOf(given, 4))).toEqual([1, 2, 16])
})

test('without a number there are three lanes, and up to six where there are processors for them', () => {
  expect([1, 2, 4, 64].map(processors => lanesOf(undefined, processors))).toEqual([3, 3, 4, 6])
})
