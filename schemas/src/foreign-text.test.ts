import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeUtf8, parseForeignBytes, parseForeignJson } from './foreign-text.ts'

const pathsOf = (text: string) => {
  const parsed = parseForeignJson(text)
  return parsed.ok ? [] : parsed.error.map(({ path }) => path)
}

describe('bytes from outside', () => {
  test('are decoded unchanged', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), text => {
        expect(decodeUtf8(Buffer.from(text))).toEqual({ ok: true, value: text })
      }),
    )
  })

  test('that are not UTF-8 are refused with the position, so no letter of a name changes', () => {
    const latin1 = Buffer.from('{"name":"José Núñez"}', 'latin1')
    expect(decodeUtf8(latin1)).toMatchObject({ ok: false, error: [{ message: expect.stringContaining('near byte 14') }] })
    expect(parseForeignBytes(latin1).ok).toBe(false)
  })

  test.each([
    ['half a letter at the end', [0x61, 0xc3], 2],
    ['a letter written too long', [0x61, 0xc0, 0x80], 2],
    ['half a surrogate pair', [0xed, 0xa0, 0x80], 2],
    ['nothing but a bad byte', [0xff], 1],
  ])('of %s are refused', (_what, bytes, place) => {
    expect(decodeUtf8(Uint8Array.from(bytes))).toMatchObject({
      ok: false,
      error: [{ message: expect.stringContaining(`near byte ${place}:`) }],
    })
  })
})

describe('a JSON text from outside', () => {
  test('is parsed like by JSON.parse', () => {
    fc.assert(
      fc.property(fc.json({ depthSize: 'small' }), text => {
        const parsed = parseForeignJson(JSON.stringify(JSON.parse(text)))
        expect(parsed).toEqual({ ok: true, value: JSON.parse(text) })
      }),
    )
  })

  test.each([
    ['{"beneficiaryCountry":"TL","beneficiaryCountry":"KE"}', ['/beneficiaryCountry']],
    ['{"a":{"b":1,"c":[{"d":1},{"d":2,"d":3}]},"e":"a"}', ['/a/c/1/d']],
    ['{"a":1,"\\u0061":2}', ['/a']],
    ['{"a/b~":1,"a/b~":2}', ['/a~1b~0']],
    ['[{"a":1},{"a":1}]', []],
    ['{"a":"a","b":"a","c":{"a":1}}', []],
    ['{"a":"\\"a\\":\\\\","b":"{\\"b\\":1}"}', []],
    ['{"a":1,"a":2,"a":3}', ['/a', '/a']],
  ])('with a repeated member is refused with its pointer: %s', (text, paths) => {
    expect(pathsOf(text)).toEqual(paths)
  })

  test('with a thousand repeated members lists a hundred problems', () => {
    expect(pathsOf(`{${Array(1000).fill('"a":1').join(',')}}`)).toHaveLength(100)
  })

  test('with a list above the limit is refused with its pointer, before its elements are validated', () => {
    const listOf = (count: number) => `{"a":[1,[2]],"attachments":[${Array(count).fill('{}').join(',')}]}`
    expect(parseForeignJson(listOf(1_000), { elementsMax: 1_000 }).ok).toBe(true)
    expect(parseForeignJson(listOf(80_000), { elementsMax: 1_000 })).toEqual({
      ok: false,
      error: [{ code: 'TOO_MANY', path: '/attachments', message: 'has more than 1000 elements' }],
    })
    expect(parseForeignJson(listOf(80_000)).ok).toBe(true)
  })
})
