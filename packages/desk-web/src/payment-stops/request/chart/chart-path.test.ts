import { expect, test } from 'vitest'
import { chartPathOf } from './chart-path.ts'

const hold = (coverage: string, recovery = 'idle') => [
  `frozen.coverage.${coverage}`,
  'frozen.mandate.provisional',
  `frozen.recovery.${recovery}`,
]
const steps = [
  ['received.assessing'],
  ['verified.ordering'],
  ['verified.ordering'],
  hold('partial'),
  hold('full'),
  ['closed.expired'],
  ['received.assessing'],
  ['verified.ordering'],
].map((states, at) => ({ sequence: at + 1, states }))

test('each arrow between phases has the facts that took it', () => {
  expect([...chartPathOf(steps).arrows]).toEqual([
    ['received>verified', [2, 8]],
    ['verified>frozen', [4]],
    ['frozen>closed', [6]],
    ['closed>received', [7]],
  ])
})

test('a fact without a state change is no move, and one within a phase moves only what changed', () => {
  const { moves } = chartPathOf(steps)
  expect(moves.map(({ sequence }) => sequence)).toEqual([1, 2, 4, 5, 6, 7, 8])
  expect(moves[3]).toEqual({ sequence: 5, from: ['frozen.coverage.partial'], to: ['frozen.coverage.full'] })
})

test('a former state stays visited, and the current one is that of the last fact', () => {
  const { visited, here } = chartPathOf(steps)
  expect(here).toEqual(['verified.ordering'])
  expect(visited.has('frozen.coverage.full')).toBe(true)
  expect(visited.has('closed')).toBe(true)
  expect(visited.has('recovered')).toBe(false)
})

test('no facts give no path', () => {
  expect(chartPathOf([])).toMatchObject({ moves: [], here: [] })
})
