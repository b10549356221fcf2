import { expect, test } from 'vitest'
import { createSequences } from './sequences.ts'

const board = () => undefined
const palette = () => undefined
const open = () => createSequences({ 'g b': board, '.': palette })

test('one key leads to what it is for', () => expect(open().press('.', 0)).toBe(palette))

test('two keys, one soon after the other, lead to what they are for together', () => {
  const { press } = open()
  expect([press('g', 0), press('b', 1_000)]).toEqual([true, board])
})

test('a second key that comes late is a first one', () => {
  const { press } = open()
  expect([press('g', 0), press('b', 2_000)]).toEqual([true, undefined])
})

test('a key that goes with no first one is taken by itself, and the first one is forgotten', () => {
  const { press } = open()
  expect([press('g', 0), press('.', 100), press('b', 200)]).toEqual([true, palette, undefined])
})

test('the first key twice waits for the second one still', () => {
  const { press } = open()
  expect([press('g', 0), press('g', 1_000), press('b', 2_000)]).toEqual([true, true, board])
})
