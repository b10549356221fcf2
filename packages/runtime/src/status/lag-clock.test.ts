import { expect, test } from 'vitest'
import { createLagClock } from './lag-clock.ts'

test('a reader at the end has read until now', () => {
  const clock = createLagClock()
  expect([clock.note(0, 10, 10), clock.note(5_000, 10, 10), clock.note(10_000, 25, 25)]).toEqual([0, 5_000, 10_000])
})

test('a busy reader that keeps up always has some records left, and a lag of at most one observation', () => {
  const clock = createLagClock()
  clock.note(0, 100, 100)
  const read = [1, 2, 3, 4].map(i => clock.note(i * 5_000, 100 + i * 1_000, 50 + i * 1_000))
  // It has read the records of five seconds before.
  expect(read).toEqual([0, 5_000, 10_000, 15_000])
})

test('a reader that stands still has read up to when it stopped, however long ago', () => {
  const clock = createLagClock()
  clock.note(0, 10, 10)
  for (let i = 1; i < 1_000; i++) expect(clock.note(i * 5_000, 10 + i, 10)).toBe(0)
})

test('a reader that catches up gets a smaller lag', () => {
  const clock = createLagClock()
  for (let i = 0; i < 10; i++) clock.note(i * 5_000, 10 + i, 10)
  expect([clock.note(50_000, 30, 14), clock.note(55_000, 30, 29), clock.note(60_000, 30, 30)]).toEqual([20_000, 45_000, 60_000])
})

test('the lag of a reader that was behind from the start is unknown', () => {
  const clock = createLagClock()
  expect([clock.note(0, 10, 3), clock.note(5_000, 10, 9), clock.note(10_000, 12, 10)]).toEqual([undefined, undefined, 5_000])
})
