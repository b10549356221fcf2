import { expect, test } from 'vitest'
import { createLagClock } from './lag-clock.ts'

test('a reader at the end has read until now', () => {
  const clock = createLagClock()
  expect([clock.note(0, 10, 10), clock.note(5_000, 10, 10), clock.note(10_000, 25, 25)]).toEqual([0, 5_000, 10_000])
})

test('a busy reader that keeps up has always some before it, and is never further back than one look', () => {
  const clock = createLagClock()
  clock.note(0, 100, 100)
  const read = [1, 2, 3, 4].map(i => clock.note(i * 5_000, 100 + i * 1_000, 50 + i * 1_000))
  // It has what was there five seconds before.
  expect(read).toEqual([0, 5_000, 10_000, 15_000])
})

test('one that stands still has read until it did, however long ago that was', () => {
  const clock = createLagClock()
  clock.note(0, 10, 10)
  for (let i = 1; i < 1_000; i++) expect(clock.note(i * 5_000, 10 + i, 10)).toBe(0)
})

test('one that comes on is told by how far', () => {
  const clock = createLagClock()
  for (let i = 0; i < 10; i++) clock.note(i * 5_000, 10 + i, 10)
  expect([clock.note(50_000, 30, 14), clock.note(55_000, 30, 29), clock.note(60_000, 30, 30)]).toEqual([20_000, 45_000, 60_000])
})

test('of one that was behind from the start it is not known', () => {
  const clock = createLagClock()
  expect([clock.note(0, 10, 3), clock.note(5_000, 10, 9), clock.note(10_000, 12, 10)]).toEqual([undefined, undefined, 5_000])
})
