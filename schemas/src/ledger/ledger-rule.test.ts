import { describe, expect, test } from 'vitest'
import { isNextFact, isNextRefusal, refusalIdOf } from './ledger-rule.ts'
import type { RefusedCommand } from './refused-commands.ts'

const subject = '445a0189-a8e9-509e-8929-646bc5413012'
const hash = 'a'.repeat(64)
const last = { sequence: 3, hash, refusals: { commands: ['first', 'second'] } }

describe('a fact is accepted', () => {
  const next = { sequence: 4, prevhash: hash, causationid: 'third' }

  test('that has the next sequence and the hash of the last fact', () => {
    expect(isNextFact(last, next)).toBe(true)
    expect(isNextFact(last, { ...next, sequence: 3 })).toBe(false)
    expect(isNextFact(last, { ...next, sequence: 5 })).toBe(false)
    expect(isNextFact(last, { ...next, prevhash: 'b'.repeat(64) })).toBe(false)
  })

  test('as the first of a request, without a previous fact', () => {
    const first = { sequence: 1, prevhash: '0'.repeat(64), causationid: 'open' }
    expect(isNextFact(undefined, first)).toBe(true)
    expect(isNextFact(undefined, { ...first, sequence: 2 })).toBe(false)
    expect(isNextFact(undefined, { ...first, prevhash: hash })).toBe(false)
  })

  test('unless its command was refused before', () => {
    for (const causationid of ['first', 'second']) expect(isNextFact(last, { ...next, causationid })).toBe(false)
  })
})

describe('a refusal is accepted', () => {
  const next = { subject, afterhash: hash, number: 3, afterrefusal: refusalIdOf(subject, 'second'), causationid: 'third' } as RefusedCommand

  test('that was decided on the current history and follows the last refusal', () => {
    expect(isNextRefusal(last, next)).toBe(true)
    expect(isNextRefusal(undefined, next)).toBe(false)
    expect(isNextRefusal(last, { ...next, afterhash: 'b'.repeat(64) })).toBe(false)
    expect(isNextRefusal(last, { ...next, number: 2 })).toBe(false)
    expect(isNextRefusal(last, { ...next, afterrefusal: refusalIdOf(subject, 'first') })).toBe(false)
    expect(isNextRefusal(last, { ...next, subject: 'another request' })).toBe(false)
  })

  test('as the first of a request', () => {
    const { afterrefusal: _none, ...first } = { ...next, number: 1 }
    expect(isNextRefusal({ hash, refusals: { commands: [] } }, first)).toBe(true)
    expect(isNextRefusal({ hash, refusals: { commands: [] } }, { ...next, number: 1 })).toBe(false)
  })

  test('unless its command was refused before', () => {
    expect(isNextRefusal(last, { ...next, causationid: 'first' })).toBe(false)
  })
})
