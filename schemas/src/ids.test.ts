import fc from 'fast-check'
import { v5 } from 'uuid'
import { expect, test } from 'vitest'
import { consequenceIdOf, deterministicId, requestIdOf } from './ids.ts'

test('the same cause always has the same id, so old records stay findable', () => {
  expect(requestIdOf('SG', 'key-1')).toBe('1686c484-27d6-5724-b91c-56bd7df6cc3c')
  expect(consequenceIdOf('fact', requestIdOf('SG', 'key-1'), 'cause-1')).toBe('9e550f4d-9c26-5966-80d4-3a379fb6461b')
})

test('an id is the UUIDv5 of its causes, as the library computes it', () => {
  const namespace = 'b9f6c5d4-6a55-5e0f-9d6e-2f6b1c7a8e31'
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), name => {
      expect(deterministicId(name)).toBe(v5(name, namespace))
    }),
    { numRuns: 1_000, seed: 20240723 },
  )
})

test('another country, key, kind, cause or index gives another id', () => {
  const request = requestIdOf('SG', 'key-1')
  const ids = [
    request,
    requestIdOf('TL', 'key-1'),
    requestIdOf('SG', 'key-2'),
    ...(['command', 'fact', 'order', 'notification'] as const).map(kind => consequenceIdOf(kind, request, 'cause')),
    consequenceIdOf('fact', request, 'cause', 1),
    consequenceIdOf('fact', request, 'other'),
    consequenceIdOf('fact', requestIdOf('SG', 'key-2'), 'cause'),
  ]
  expect(new Set(ids).size).toBe(ids.length)
})

test('the boundary between two causes matters', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ minLength: 1, maxLength: 5 }), (a, b) => {
      expect(deterministicId(a, b)).toBe(deterministicId(a, b))
      expect(deterministicId(a, b)).not.toBe(deterministicId(a + b))
      if (a !== b) expect(deterministicId(a, b)).not.toBe(deterministicId(b, a))
    }),
    { seed: 20240723 },
  )
})
