import { expect, test } from 'vitest'
import { drawnCases } from './drawn-cases.ts'

test.each([
  ['test', 5_000, 500],
  ['test', 300, 50],
  ['test', 20, 20],
  ['full', 5_000, 5_000],
  ['all', 5_000, 5_000],
])('in a run of tier %s a property of %i cases draws %i', (tier, all, drawn) => {
  expect(drawnCases(all, { HOLDFAST_TEST_TIER: tier })).toBe(drawn)
})

test('a run of named files draws all cases', () => {
  expect(drawnCases(5_000, {})).toBe(5_000)
})
