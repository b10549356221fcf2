import { expect, test } from 'vitest'
import { wholeHistory } from './history-pages.ts'

interface Numbered {
  readonly sequence: number
}

const facts = (from: number, to: number): Numbered[] => Array.from({ length: to - from + 1 }, (_, at) => ({ sequence: from + at }))
const page = (from: number, to: number) => ({
  history: facts(from, to),
  ...(from > 1 ? { nextCursor: `cursor-${from}` } : {}),
})
const numbers = (all: readonly Numbered[]) => all.map(({ sequence }) => sequence)

/** Pages of ten facts, as the engine sends them, and the fetched cursors. */
function engine() {
  const fetched: string[] = []
  const after = async (cursor: string) => {
    fetched.push(cursor)
    const sequence = Number(cursor.slice('cursor-'.length))
    return page(Math.max(1, sequence - 10), sequence - 1)
  }
  return { fetched, after }
}

test('a short history is complete at once', async () => {
  const { fetched, after } = engine()
  expect(numbers(await wholeHistory(page(1, 3), [], after))).toEqual([1, 2, 3])
  expect(fetched).toEqual([])
})

test('older pages are fetched until the first fact has arrived', async () => {
  const { fetched, after } = engine()
  expect(numbers(await wholeHistory(page(26, 35), [], after))).toEqual(numbers(facts(1, 35)))
  expect(fetched).toEqual(['cursor-26', 'cursor-16', 'cursor-6'])
})

test('known facts are not fetched again', async () => {
  const { fetched, after } = engine()
  expect(numbers(await wholeHistory(page(27, 36), facts(1, 35), after))).toEqual(numbers(facts(1, 36)))
  expect(fetched).toEqual([])
})

test('a gap after a long absence is filled', async () => {
  const { fetched, after } = engine()
  expect(numbers(await wholeHistory(page(51, 60), facts(1, 45), after))).toEqual(numbers(facts(1, 60)))
  expect(fetched).toEqual(['cursor-51'])
})

test('an engine that sends no new facts ends the loop', async () => {
  expect(numbers(await wholeHistory(page(5, 6), [], async () => page(5, 6)))).toEqual([5, 6])
  expect(numbers(await wholeHistory(page(5, 6), [], async () => ({ history: [] })))).toEqual([5, 6])
})
