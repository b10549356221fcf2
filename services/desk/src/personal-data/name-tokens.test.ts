import { createCipheriv } from 'node:crypto'
import { createEngineSecret } from '@holdfast/trust'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNameTokens } from './name-tokens.ts'

const secret = createEngineSecret(Buffer.alloc(32, 7))
const names = createNameTokens(secret)

/**
 * By definition: AES-256-CBC-MAC over 32 bytes of UTF-16, 10 hex digits of the first beginning and 3 of each further
 * one.
 */
function tokenByDefinition(country: string, word: string): string {
  const letters = [...word].slice(0, 12)
  const shortest = Math.min(letters.length, /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(word) ? 1 : 3)
  const beginnings = letters.map((_, index) => letters.slice(0, index + 1).join('')).slice(shortest - 1)
  const digests = beginnings
    .map(beginning => Buffer.from(beginning, 'utf16le'))
    .filter(({ length }) => length <= 32)
    .map(bytes => {
      const cipher = createCipheriv('aes-256-cbc', secret.keyFor(`search words/${country}`), Buffer.alloc(16)).setAutoPadding(false)
      return cipher.update(Buffer.concat([bytes, Buffer.alloc(32 - bytes.length)])).toString('hex', 16)
    })
  return digests.map((digest, nth) => digest.slice(0, nth === 0 ? 10 : 3)).join('')
}

const aWord = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom(...'abcxyz') }),
  fc.string({ minLength: 1, maxLength: 20, unit: fc.constantFrom('a', 'ß', 'я', '陈', 'の', '𠮷', '𝒜') }),
)

test('the token of a word equals its definition, with a key for each country', () => {
  fc.assert(
    fc.property(fc.array(aWord, { maxLength: 8 }), words => {
      const countries = ['SG', 'TL']
      expect(names.of(countries, words)).toEqual(countries.map(country => words.map(word => tokenByDefinition(country, word))))
    }),
  )
})

test('the token of a word starts with the tokens of its beginnings', () => {
  const [[whole = '', three, five]] = names.of(['SG'], ['wolframite', 'wol', 'wolfr']) as [[string, string, string]]
  expect([whole.startsWith(three), whole.startsWith(five)]).toEqual([true, true])
})
