import { expect, test } from 'vitest'
import { causeOf, causesOf, isCause, listOf, withCause } from './causes.ts'

test('a command is a cause of the snapshots from its fact on, and of none before', () => {
  const one = withCause(causesOf([]), 'a')
  const two = withCause(one, 'b')
  expect([isCause(one, 'a'), isCause(one, 'b')]).toEqual([true, false])
  expect([isCause(two, 'a'), isCause(two, 'b'), isCause(two, 'c')]).toEqual([true, true, false])
  expect(listOf(one)).toEqual(['a'])
  expect(listOf(two)).toEqual(['a', 'b'])
})

test('the cause of a fact is found by its sequence, up to the last fact of the snapshot', () => {
  const one = withCause(causesOf([]), 'a')
  const two = withCause(one, 'b')
  expect([causeOf(two, 1), causeOf(two, 2), causeOf(two, 3)]).toEqual(['a', 'b', undefined])
  expect([causeOf(one, 1), causeOf(one, 2)]).toEqual(['a', undefined])
})

test('a snapshot that continues alone shares its lists', () => {
  const one = withCause(causesOf([]), 'a')
  expect(withCause(one, 'b').ids).toBe(one.ids)
})

test('two continuations of one snapshot do not see each other', () => {
  const start = causesOf(['a'])
  const first = withCause(start, 'b')
  const second = withCause(start, 'c')
  expect(listOf(first)).toEqual(['a', 'b'])
  expect(listOf(second)).toEqual(['a', 'c'])
  expect([isCause(first, 'c'), isCause(second, 'b'), isCause(second, 'c')]).toEqual([false, false, true])
})

test.each([
  ['added one by one', () => withCause(withCause(withCause(causesOf([]), 'a'), 'b'), 'a')],
  ['from storage', () => causesOf(['a', 'b', 'a'])],
] as const)('a command with two facts is a cause from its first one on (%s)', (_how, make) => {
  const causes = make()
  expect(causes.sequences.get('a')).toBe(1)
  expect(isCause({ ...causes, count: 1 }, 'a')).toBe(true)
  expect(listOf(causes)).toEqual(['a', 'b', 'a'])
})
