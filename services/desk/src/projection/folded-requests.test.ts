import { evolve, type RequestSnapshot } from '@holdfast/lifecycle'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { History } from '../../test/histories.ts'
import { longHistory, shortHistory } from '../../test/long-history.ts'
import { type OpenProjection, openProjection } from '../../test/open-projection.ts'
import { createFoldedRequests, foldedFactsMax } from './folded-requests.ts'

let opened: OpenProjection
let long: History
beforeAll(async () => {
  opened = openProjection()
  long = longHistory(1)
  await opened.take(long.entries)
})
afterAll(() => opened.close())

/** Folds, and counts the facts that each turn has read. */
function folding(views: OpenProjection['views'] = opened.views) {
  const turns: number[] = []
  const folded = createFoldedRequests({
    views: {
      standing: views.standing,
      factsAfter(...asked) {
        const facts = views.factsAfter(...asked)
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
  return { turns, find: ({ requestId }: History) => folded.find(requestId, 'SG') }
}

const foldedWhole = ({ facts }: History): RequestSnapshot | undefined =>
  facts.reduce<RequestSnapshot | undefined>((snapshot, fact) => evolve(snapshot, fact).snapshot, undefined)

describe('the state of a request with a long history', () => {
  test('is folded in turns that read a bounded number of facts', async () => {
    const { turns, find } = folding()
    const folded = await find(long)
    expect(folded?.snapshot.state).toEqual(foldedWhole(long)?.state)
    expect(turns.length).toBeGreaterThan(long.facts.length / foldedFactsMax)
    expect(Math.max(...turns)).toBeLessThanOrEqual(foldedFactsMax + 1)
  })

  test('is kept: the next caller reads the last fact and no other', async () => {
    const { turns, find } = folding()
    await find(long)
    turns.length = 0
    expect((await find(long))?.snapshot.sequence).toBe(long.facts.length)
    expect(turns).toEqual([1])
  })

  test('is folded once by callers that ask together', async () => {
    const { turns, find } = folding()
    const [one, other] = await Promise.all([find(long), find(long)])
    expect(other?.snapshot.hash).toBe(one?.snapshot.hash)
    expect(turns.reduce((sum, facts) => sum + facts, 0)).toBeLessThan(long.facts.length * 1.2)
  })
})

test('a kept state goes on with each new fact, and names the newest document', async () => {
  const history = shortHistory(2)
  const { turns, find } = folding()
  await opened.take(history.entries, 1)
  expect(await find(history)).toMatchObject({ documentSequence: 1, snapshot: { sequence: 10 } })
  history.give('Reject', { code: 'IMMUNITY' }, 'TL/officer/a')
  history.give('Reopen', { reason: 'A digit was wrong', request: history.document }, 'SG/officer/a')
  await opened.take(history.entries.slice(10), 1)
  turns.length = 0
  expect(await find(history)).toMatchObject({ documentSequence: 12, snapshot: { sequence: 12 } })
  expect(turns).toEqual([3])
})

test('a kept state is not used where the view has another history since', async () => {
  const views = openProjection()
  const former = shortHistory(3)
  const { find } = folding(views.views)
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
