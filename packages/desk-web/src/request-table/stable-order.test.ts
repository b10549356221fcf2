import { expect, test } from 'vitest'
import { beginsWith, stableOrder } from './stable-order.ts'

const rows = (...names: string[]) => names.map(name => ({ requestId: name.charAt(0), phase: name.slice(1) }))

test('a changed row shows its new content at its old position', () => {
  expect(stableOrder(rows('a1', 'b1', 'c1'), rows('c2', 'a1', 'b1'))).toEqual(rows('a1', 'b1', 'c2'))
})

test('a new row is not inserted, and a row of the next page is appended', () => {
  expect(stableOrder(rows('a', 'b'), rows('n', 'a', 'm', 'b', 'c', 'd'))).toEqual(rows('a', 'b', 'c', 'd'))
})

test('a removed row stays as it was last shown', () => {
  expect(stableOrder(rows('a1', 'b1', 'c1'), rows('a2', 'c2'))).toEqual(rows('a2', 'b1', 'c2'))
})

test('a list without any of the rows is appended as a whole', () => {
  expect(stableOrder(rows('a'), rows('b', 'c'))).toEqual(rows('a', 'b', 'c'))
})

test('only a list that has grown at its end starts with the same rows', () => {
  expect(beginsWith(rows('a2', 'b', 'c'), rows('a1', 'b'))).toBe(true)
  expect(beginsWith(rows('n', 'a', 'b'), rows('a', 'b'))).toBe(false)
  expect(beginsWith(rows('a'), rows('a', 'b'))).toBe(false)
})
