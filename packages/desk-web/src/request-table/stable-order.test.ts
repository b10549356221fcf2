import { expect, test } from 'vitest'
import { beginsWith, stableOrder } from './stable-order.ts'

const rows = (...names: string[]) => names.map(name => ({ requestId: name.charAt(0), phase: name.slice(1) }))

test('a row that has changed is shown as it is now, where it was', () => {
  expect(stableOrder(rows('a1', 'b1', 'c1'), rows('c2', 'a1', 'b1'))).toEqual(rows('a1', 'b1', 'c2'))
})

test('a row that is new comes neither above nor between the others, and one of the next page behind them', () => {
  expect(stableOrder(rows('a', 'b'), rows('n', 'a', 'm', 'b', 'c', 'd'))).toEqual(rows('a', 'b', 'c', 'd'))
})

test('a row that is in the list no more stays as it was seen last', () => {
  expect(stableOrder(rows('a1', 'b1', 'c1'), rows('a2', 'c2'))).toEqual(rows('a2', 'b1', 'c2'))
})

test('of a list that has none of them everything follows', () => {
  expect(stableOrder(rows('a'), rows('b', 'c'))).toEqual(rows('a', 'b', 'c'))
})

test('a list that has only grown at its end begins as it did, and no other does', () => {
  expect(beginsWith(rows('a2', 'b', 'c'), rows('a1', 'b'))).toBe(true)
  expect(beginsWith(rows('n', 'a', 'b'), rows('a', 'b'))).toBe(false)
  expect(beginsWith(rows('a'), rows('a', 'b'))).toBe(false)
})
