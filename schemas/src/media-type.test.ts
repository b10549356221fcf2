import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isJsonType, isUtf8, isXmlType, mediaTypeCharsMax, readMediaType } from './media-type.ts'

describe('a media type', () => {
  test('is undefined where the header is missing, empty or blank', () => {
    for (const header of [undefined, '', ' ', '\t  ']) expect(readMediaType(header)).toBeUndefined()
  })

  test.each([
    ['application/json', 'application/json', undefined],
    [' Application/JSON ', 'application/json', undefined],
    ['application/json;charset=UTF-8', 'application/json', 'utf-8'],
    ['application/json ; Charset="utf-8" ;', 'application/json', 'utf-8'],
    ['application/cloudevents+json; version=1.0; charset=utf8', 'application/cloudevents+json', 'utf8'],
    ['text/xml; charset=iso-8859-1; charset=utf-8', 'text/xml', 'iso-8859-1'],
    ['text/plain; note="charset=utf-16"', 'text/plain', undefined],
    ['application/json; charset=""', 'application/json', ''],
  ])('%s has its essence and its first charset in lower case', (header, essence, charset) => {
    expect(readMediaType(header)).toEqual({ essence, charset })
  })

  test.each(['json', '/', 'application/', 'application/json;charset', 'application/json;charset=', 'application/json;charset="x', 'a b/c'])(
    'that can not be read, such as %s, is one that no endpoint accepts, with a problem',
    header => {
      const read = readMediaType(header)
      expect(read).toEqual({ essence: '', charset: undefined, problem: 'must be a media type, such as application/json' })
      expect(read && (isJsonType(read) || isXmlType(read))).toBe(false)
    },
  )

  test('may have 256 characters and not one more', () => {
    const header = (length: number) => 'application/json;v='.padEnd(length, '1')
    expect(readMediaType(header(mediaTypeCharsMax))).toEqual({ essence: 'application/json', charset: undefined })
    expect(readMediaType(header(mediaTypeCharsMax + 1))).toEqual({
      essence: '',
      charset: undefined,
      problem: 'must have at most 256 characters',
    })
  })

  const tokens = fc.string({ unit: fc.constantFrom(...'abcXYZ019.+-_'), minLength: 1, maxLength: 12 })
  const spaces = fc.constantFrom('', ' ', '  ', '\t')
  const parameters = fc.array(fc.tuple(spaces, spaces, tokens, fc.boolean(), tokens), { maxLength: 4 })

  // The headers are made of the tokens that the test knows, so that the expectation needs no second reader.
  test('that is well formed says what it is made of, whatever white space and quotes it is written with', () => {
    fc.assert(
      fc.property(spaces, tokens, tokens, parameters, spaces, (before, type, subtype, others, after) => {
        const named = others.map(([, , name, , value], i) => [i % 2 === 1 ? 'CharSet' : `x${name}`, value] as const)
        const written = others.map(
          ([ahead, behind, , isQuoted], i) => `${ahead};${behind}${named[i]?.[0]}=${isQuoted ? `"${named[i]?.[1]}"` : named[i]?.[1]}`,
        )
        const read = readMediaType(`${before}${type}/${subtype}${written.join('')}${after}`)
        const charset = named.find(([name]) => name === 'CharSet')?.[1].toLowerCase()
        expect(read).toEqual({ essence: `${type}/${subtype}`.toLowerCase(), charset })
        expect(read && isUtf8(read)).toBe(charset === undefined || charset === 'utf-8' || charset === 'utf8')
      }),
      { seed: 30, numRuns: 1_000 },
    )
  })
})

describe('a hostile header is refused in the time that it takes to read it', () => {
  const spaces = ' '.repeat(100_000)
  test.each([
    ['white space before a broken charset', `application/json;charset=${spaces}""x`],
    ['white space before and behind it', `application/json;${spaces}charset${spaces}=${spaces}"${spaces}""x`],
    ['many parameters', `application/json${';charset=  ""x'.repeat(8_000)}`],
    ['backslashes in a text without an end', `application/json;charset="${'\\'.repeat(100_000)}`],
  ])('%s', (_what, header) => {
    // The length alone decides. A reader that backtracks takes 14 s for 3,200 spaces, and days for these.
    expect(readMediaType(header)?.essence).toBe('')
  })

  test('also where it is as long as a media type may be', () => {
    const header = `application/json;charset=${' '.repeat(mediaTypeCharsMax - 28)}""x`
    expect(header).toHaveLength(mediaTypeCharsMax)
    // One that backtracks takes 7 ms for each, and together longer than a test may.
    for (let i = 0; i < 20_000; i++) readMediaType(header)
  })
})
