import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Actor, actorSchema, engineRoles, formatActor, memberRoles, parseActor } from './actor.ts'

const person = fc.string({ unit: fc.constantFrom(...'abcXYZ019._@-'), minLength: 1, maxLength: 64 })
const member = fc.record({ country: fc.constantFrom('SG', 'TL', 'GB'), role: fc.constantFrom(...memberRoles), person })
const engine = fc.record({ country: fc.constant('holdfast' as const), role: fc.constantFrom(...engineRoles), person })

test('an actor is formatted as text and parsed again', () => {
  fc.assert(
    fc.property(fc.oneof<fc.Arbitrary<Actor>[]>(member, engine), actor => {
      const text = formatActor(actor)
      expect(parseActor(text)).toEqual({ ok: true, value: actor })
      expect(actorSchema.safeParse(text).success).toBe(true)
    }),
    { seed: 20240723 },
  )
})

describe('a text that is not an actor is refused:', () => {
  test.each([
    '',
    'SG/officer',
    'SG/officer/',
    'sg/officer/a.tan',
    'SG/clock/ledger',
    'holdfast/officer/a.tan',
    'SG/officer/a tan',
    'SG/officer/a/b',
    'SG/officer/a.tan\n',
    `SG/officer/${'a'.repeat(65)}`,
  ])('%j', text => {
    expect(parseActor(text).ok).toBe(false)
    expect(actorSchema.safeParse(text).success).toBe(false)
  })
})
