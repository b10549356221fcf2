import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { canonicalJson } from './canonical-json.ts'

const outcomeOf = (work: () => unknown): unknown => {
  try {
    return work()
  } catch {
    return 'throws'
  }
}

describe('canonical JSON', () => {
  test('is the same as the library’s for any value', () => {
    const anything = fc.anything({
      withNullPrototype: true,
      withDate: true,
      key: fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('1', '10', '2', 'a', 'b', '__proto__', 'toJSON')),
    })
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), anything), value => {
        expect(outcomeOf(() => canonicalJson(value))).toEqual(outcomeOf(() => canonicalize(value)))
      }),
      { numRuns: 5_000 },
    )
  })

  test.each([
    ['members in order', '{"a":1,"b":2}', { b: 2, a: 1 }],
    ['members that are left out', '{"b":2}', { b: 2, a: undefined }],
    ['numbers as names', '{"10":1,"2":2,"a":3}', { a: 3, 2: 2, 10: 1 }],
    ['deep ones', '{"a":[{"x":1,"y":[]}],"b":null}', { b: null, a: [{ y: [], x: 1 }] }],
    ['numbers', '[333333333.3333333,1e+30,4.5,0.002,1e-27,0]', [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001, -0]],
    ['escapes', '"\\u000f\\nA\'B\\"\\\\\\\\\\"/€"', '\u000f\nA\'B"\\\\"/€'],
    ['names outside the basic plane, by their code units', '{"\ud83d\ude00":1,"\ufb33":2}', { '\ufb33': 2, '\ud83d\ude00': 1 }],
  ])('writes %s', (_, text, value) => {
    expect(canonicalJson(value)).toBe(text)
  })

  test('does not change its input', () => {
    const value = { b: [{ d: 1, c: 2 }], a: 1 }
    canonicalJson(value)
    expect(JSON.stringify(value)).toBe('{"b":[{"d":1,"c":2}],"a":1}')
  })

  test.each([Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\udc00': 1 }, [{ a: '\udfff' }]])(
    'throws on %j, which has no canonical form',
    value => {
      expect(() => canonicalJson(value)).toThrow()
    },
  )
})
