import { paymentStop } from '@holdfast/payment-stop'
import { evolve, type RequestSnapshot } from '@holdfast/payment-stop/lifecycle'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { History } from '../../test/histories.ts'
import { longHistory, shortHistory } from '../../test/long-history.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import { createRequestStates, factsPerTurnMax } from './request-states.ts'

let opened: OpenProjection
let long: History
beforeAll(async () => {
  opened = openProjection()
  long = longHistory(1)
  await opened.take(long.entries)
})
afterAll(() => opened.close())

/** Records how many facts each turn reads. */
function openStates(views: OpenProjection['views'] = opened.views) {
  const turns: number[] = []
  const states = createRequestStates({
    workflowOf: () => paymentStop,
    views: {
      summary: views.summary,
      factsAfter(...range) {
        const facts = views.factsAfter(...range)
        turns[turns.length - 1] = (turns.at(-1) ?? 0) + facts.length
        return facts
      },
    },
    turns: {
      async take(_country, work) {
        turns.push(0)
        return work()
      },
    },
  })
  return { turns, find: ({ requestId }: History) => states.find(requestId, 'SG') }
}

const evolveAll = ({ facts }: History): RequestSnapshot | undefined =>
  facts.reduce<RequestSnapshot | undefined>((snapshot, fact) => evolve(snapshot, fact).snapshot, undefined)

describe('the state of a request with a long history', () => {
  test('is computed in steps that each read a bounded number of facts', async () => {
    const { turns, find } = openStates()
    const state = await find(long)
    expect(state?.snapshot.state).toEqual(evolveAll(long)?.state)
    expect(turns.length).toBeGreaterThan(long.facts.length / factsPerTurnMax)
    expect(Math.max(...turns)).toBeLessThanOrEqual(factsPerTurnMax + 1)
  })

  test('is cached: the next caller reads the last fact only', async () => {
    const { turns, find } = openStates()
    await find(long)
    turns.length = 0
    expect((await find(long))?.snapshot.sequence).toBe(long.facts.length)
    expect(turns).toEqual([1])
  })

  test('is computed once for concurrent callers', async () => {
    const { turns, find } = openStates()
    const [one, other] = await Promise.all([find(long), find(long)])
    expect(other?.snapshot.hash).toBe(one?.snapshot.hash)
    expect(turns.reduce((sum, facts) => sum + facts, 0)).toBeLessThan(long.facts.length * 1.2)
  })
})

test('a cached state follows each new fact, and names the newest document', async () => {
  const history = shortHistory(2)
  const { turns, find } = openStates()
  await opened.take(history.entries, 1)
  expect(await find(history)).toMatchObject({ documentSequence: 1, snapshot: { sequence: 10 } })
  history.give('Reject', { code: 'IMMUNITY' }, 'TL/officer/a')
  history.give('Reopen', { reason: 'A digit was wrong', request: history.document }, 'SG/officer/a')
  await opened.take(history.entries.slice(10), 1)
  turns.length = 0
  expect(await find(history)).toMatchObject({ documentSequence: 12, snapshot: { sequence: 12 } })
  expect(turns).toEqual([3])
})

test('a cached state is dropped when the projection has another history', async () => {
  const views = openProjection()
  const former = shortHistory(3)
  const { find } = openStates(views.views)
  await views.take(former.entries.slice(0, 9))
  expect((await find(former))?.snapshot.sequence).toBe(9)
  await views.views.clear()
  views.rewind()
  expect(await find(former)).toBeUndefined()
  const other = shortHistory(3)
  await views.take(other.entries.slice(0, 5))
  expect((await find(other))?.snapshot).toMatchObject({ sequence: 5, hash: other.facts[4]?.hash })
  await views.close()
})
