import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPointer, type Members, valuesAt, withoutValues, withValues } from './pointers.ts'

/** Names with a special meaning in JSON pointers, objects or lists. */
const name = fc.constantFrom(
  'a',
  'b',
  '',
  '0',
  '1',
  '2',
  '01',
  '-',
  'a/b',
  'm~n',
  '~1',
  '~0',
  '__proto__',
  'constructor',
  'prototype',
  'Zoë',
  ' ',
)
const leaf = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 5 }), fc.integer(), fc.boolean(), fc.constant(null))
const { value: anyValue } = fc.letrec<{ value: unknown }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.array(fc.tuple(name, tie('value')), { maxLength: 5 }).map(Object.fromEntries),
  ),
}))
const anyData = fc.array(fc.tuple(name, anyValue), { maxLength: 5 }).map(members => Object.fromEntries(members) as Members)
const pointerOf = (tokens: readonly (string | number)[]): string =>
  tokens.map(token => `/${String(token).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/** The pointers of everything in a value. */
const pointersIn = (value: unknown, above: readonly (string | number)[] = []): string[] =>
  typeof value === 'object' && value !== null
    ? Object.keys(value).flatMap(key => [
        pointerOf([...above, key]),
        ...pointersIn((value as Record<string, unknown>)[key], [...above, key]),
      ])
    : []

/** Data, with pointers to some of its values and to missing ones. */
const dataAndPointers = anyData.chain(data =>
  fc
    .tuple(
      fc.constant(data),
      fc.tuple(
        fc.shuffledSubarray(pointersIn(data)),
        fc.array(fc.array(name, { minLength: 1, maxLength: 3 }).map(pointerOf), { maxLength: 3 }),
      ),
    )
    .map(([given, [there, anywhere]]) => ({ data: given, pointers: [...there, ...anywhere] })),
)

test('removing values and putting them back gives the same document, whatever its names and missing values', () => {
  fc.assert(
    fc.property(dataAndPointers, ({ data, pointers }) => {
      const before = JSON.stringify(data)
      const values = valuesAt(data, pointers)
      const rest = withoutValues(data, pointers)
      // Compared name by name, because `toEqual` ignores an own `__proto__`.
      expect(pointersIn(withValues(rest, values)).toSorted()).toEqual(pointersIn(data).toSorted())
      expect(withValues(rest, values)).toEqual(data)
      expect(JSON.stringify(data)).toBe(before)
    }),
    { numRuns: 1_000, seed: 20_240_715 },
  )
})

test('removed values do not occur in the rest', () => {
  fc.assert(
    fc.property(dataAndPointers, ({ data, pointers }) => {
      const secret = 'said in confidence'
      const marked = JSON.parse(JSON.stringify(data)) as Members
      const taken = Object.keys(valuesAt(marked, pointers))
      // Replaces every selected value with the secret, and then removes it.
      const withSecret = withValues(withoutValues(marked, taken), Object.fromEntries(taken.map(pointer => [pointer, secret])))
      expect(JSON.stringify(withoutValues(withSecret, taken))).not.toContain(secret)
    }),
    { numRuns: 300, seed: 20_240_716 },
  )
})

test('empty containers stay, and later list items move up', () => {
  const data = { contact: { name: 'Zoë' }, notes: ['first', { text: 'second', at: 1 }, 'third'], country: 'TL' }
  const pointers = ['/contact/name', '/notes/0', '/notes/1/text', '/notes/9', '/nothing/here', '/country/x']
  expect(withoutValues(data, pointers)).toEqual({ contact: {}, notes: [{ at: 1 }, 'third'], country: 'TL' })
  expect(valuesAt(data, pointers)).toEqual({ '/contact/name': 'Zoë', '/notes/0': 'first', '/notes/1/text': 'second' })
})

test('a restored value replaces the current member', () => {
  expect(withValues({ name: '[encrypted]' }, { '/name': 'Zoë' })).toEqual({ name: 'Zoë' })
})

test('the input objects are not changed', () => {
  const values = JSON.parse('{"/__proto__":{"polluted":true},"/constructor":{"prototype":1}}') as Record<string, unknown>
  const made = withValues({}, values)
  expect(Object.getPrototypeOf(made)).toBe(Object.prototype)
  expect(JSON.stringify(made)).toBe('{"__proto__":{"polluted":true},"constructor":{"prototype":1}}')
  expect(({} as { polluted?: true }).polluted).toBeUndefined()
  expect(() => withValues({}, { '/__proto__/polluted': true })).toThrow(RangeError)
  expect(() => withValues({}, { '/constructor/prototype/polluted': true })).toThrow(RangeError)
  expect(valuesAt({ a: 'text', list: [1] }, ['/__proto__', '/constructor', '/a/length', '/list/length', '/toString'])).toEqual({})
  expect(({} as { polluted?: true }).polluted).toBeUndefined()
})

test.each([
  ['a member of a number', { a: 1 }, '/a/b'],
  ['a member of a missing object', {}, '/a/b'],
  ['an item after the end of a list', { list: [1] }, '/list/3'],
  ['an item with an invalid index', { list: [1] }, '/list/01'],
  ['the end of a list', { list: [1] }, '/list/-'],
  ['the whole document', { a: 1 }, ''],
  ['no pointer', { a: 1 }, 'a'],
  ['an invalid tilde escape', { a: 1 }, '/~2'],
])('a value for %s does not fit', (_what, data, pointer) => {
  expect(() => withValues(data, { [pointer]: 'value' })).toThrow(RangeError)
})

test('a pointer starts with a slash, and has no tilde except in ~0 and ~1', () => {
  const said = ['/', '/a', '/a~1b/~0', '/__proto__', '//', '/ ', '/-'].filter(text => !isPointer(text))
  const wrong = ['', 'a', '/~', '/a~2', '~0', '/a/~'].filter(isPointer)
  expect([said, wrong]).toEqual([[], []])
  for (const take of [withoutValues, valuesAt]) expect(() => take({ a: 1 }, [''])).toThrow(RangeError)
})
