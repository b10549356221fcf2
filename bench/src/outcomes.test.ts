import { expect, test } from 'vitest'
import { createOutcomes, quantilesOf } from './outcomes.ts'
import { faultsOf, type StreamCounts, type Target } from './target.ts'

const clean: StreamCounts = { facts: 14, orders: 2, deadLetters: 0 }

/** Two requests that were recovered. */
function bothRecovered() {
  const outcomes = createOutcomes()
  for (const id of ['a', 'b']) {
    outcomes.submitted(id, 0)
    outcomes.ordered(id, 10)
    outcomes.recovered(id, 20)
  }
  return outcomes
}

const faults = (outcomes: Target['outcomes'], counts: StreamCounts = clean, failed = 0) =>
  faultsOf({ outcomes, audit: async () => counts }, failed)

test('a run in which every request is recovered once is valid', async () => {
  expect(await faults(bothRecovered())).toEqual([])
})

test('a run with a lost request is invalid', async () => {
  const outcomes = bothRecovered()
  outcomes.submitted('c', 0)
  expect(await faults(outcomes)).toEqual(expect.arrayContaining(['2 requests recovered instead of 3', '2 requests ordered instead of 3']))
})

test('a run with a duplicated order is invalid', async () => {
  const outcomes = bothRecovered()
  outcomes.ordered('a', 30)
  expect(await faults(outcomes)).toEqual(['1 orders or ends duplicated instead of 0'])
})

test('a run with an order for an unknown request is invalid', async () => {
  const outcomes = bothRecovered()
  outcomes.ordered('stranger', 30)
  expect(await faults(outcomes)).toEqual(['1 orders or ends duplicated instead of 0'])
})

test('a run with an additional fact, a dead letter or an unaccepted request is invalid', async () => {
  expect(await faults(bothRecovered(), { ...clean, facts: 15 })).toEqual(['15 facts in the ledger instead of 14'])
  expect(await faults(bothRecovered(), { ...clean, deadLetters: 1 })).toEqual(['1 dead letters instead of 0'])
  expect(await faults(bothRecovered(), clean, 1)).toEqual(['1 requests never accepted instead of 0'])
})

test('quantiles are measured values, by nearest rank', () => {
  const times = Array.from({ length: 200 }, (_, i) => 200 - i)
  expect(quantilesOf(times)).toEqual({ p50: 100, p99: 198, max: 200, count: 200 })
  expect(quantilesOf([7])).toEqual({ p50: 7, p99: 7, max: 7, count: 1 })
  expect(quantilesOf([])).toBeUndefined()
})

test('times are those of requests submitted after the last reset', () => {
  const outcomes = bothRecovered()
  outcomes.forgetTimes()
  outcomes.submitted('c', 0)
  outcomes.ordered('c', 1)
  expect(outcomes.times().toOrder).toHaveLength(1)
  expect(outcomes.times().toRecovered).toHaveLength(0)
})
