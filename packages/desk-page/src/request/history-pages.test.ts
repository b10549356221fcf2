import type { HistoryPage } from '@holdfast/schemas'
import { expect, test } from 'vitest'
import { type AnyFact, wholeHistory } from './history-pages.ts'

const facts = (from: number, to: number): AnyFact[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ sequence: from + at }) as AnyFact)
const page = (from: number, to: number): HistoryPage => ({ history: facts(from, to) as HistoryPage['history'] })
const numbers = (all: readonly AnyFact[]) => all.map(({ sequence }) => sequence)

/** Pages of ten, as the engine gives them; which were asked for. */
function engine() {
  const asked: number[] = []
  const before = async (sequence: number) => {
    asked.push(sequence)
    return page(Math.max(1, sequence - 10), sequence - 1)
  }
  return { asked, before }
}

test('a short history is whole at once', async () => {
  const { asked, before } = engine()
  expect(numbers(await wholeHistory(page(1, 3), [], before))).toEqual([1, 2, 3])
  expect(asked).toEqual([])
})

test('older pages are fetched until the first fact is there', async () => {
  const { asked, before } = engine()
  expect(numbers(await wholeHistory(page(26, 35), [], before))).toEqual(numbers(facts(1, 35)))
  expect(asked).toEqual([26, 16, 6])
})

test('what is known is not fetched again', async () => {
  const { asked, before } = engine()
  expect(numbers(await wholeHistory(page(27, 36), facts(1, 35), before))).toEqual(numbers(facts(1, 36)))
  expect(asked).toEqual([])
})

test('a gap after a long absence is filled', async () => {
  const { asked, before } = engine()
  expect(numbers(await wholeHistory(page(51, 60), facts(1, 45), before))).toEqual(numbers(facts(1, 60)))
  expect(asked).toEqual([51])
})

test('an engine that gives no more, or the same again, ends it', async () => {
  expect(numbers(await wholeHistory(page(5, 6), [], async () => page(5, 6)))).toEqual([5, 6])
  expect(numbers(await wholeHistory(page(5, 6), [], async () => ({ history: [] })))).toEqual([5, 6])
})
