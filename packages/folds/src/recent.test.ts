import { expect, test } from 'vitest'
import { createRecent } from './recent.ts'

test('keeps so many entries, and forgets the one not used for longest', () => {
  const recent = createRecent<number>(3)
  for (const [key, value] of Object.entries({ a: 1, b: 2, c: 3 })) recent.set(key, value)
  expect(recent.get('a')).toBe(1)
  recent.set('d', 4)
  expect(['a', 'b', 'c', 'd'].map(key => recent.get(key))).toEqual([1, undefined, 3, 4])
})

test('an entry that is set again is as new, and takes no second place', () => {
  const recent = createRecent<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.set('a', 10)
  recent.set('c', 3)
  expect(['a', 'b', 'c'].map(key => recent.get(key))).toEqual([10, undefined, 3])
})

test('a million entries take the place of so many', () => {
  const recent = createRecent<number>(5)
  for (let i = 0; i < 1_000_000; i++) recent.set(String(i), i)
  expect(recent.get('999994')).toBeUndefined()
  expect(recent.get('999995')).toBe(999_995)
  recent.clear()
  expect(recent.get('999999')).toBeUndefined()
})
