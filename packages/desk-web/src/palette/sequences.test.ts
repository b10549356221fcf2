import { expect, test } from 'vitest'
import { createSequences } from './sequences.ts'

const board = () => undefined
const palette = () => undefined
const open = () => createSequences({ 'g b': board, '.': palette })

test('one key has its action', () => expect(open().press('.', 0)).toBe(palette))

test('two keys in quick succession have their action together', () => {
  const { press } = open()
  expect([press('g', 0), press('b', 1_000)]).toEqual([true, board])
})

test('a late second key counts as a first one', () => {
  const { press } = open()
  expect([press('g', 0), press('b', 2_000)]).toEqual([true, undefined])
})

test('a key outside any sequence counts by itself, and drops the first one', () => {
  const { press } = open()
  expect([press('g', 0), press('.', 100), press('b', 200)]).toEqual([true, palette, undefined])
})

test('the first key twice still waits for the second one', () => {
  const { press } = open()
  expect([press('g', 0), press('g', 1_000), press('b', 2_000)]).toEqual([true, true, board])
})
