import { createCipheriv } from 'node:crypto'
import { createEngineSecret } from '@holdfast/trust'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createNameTokens } from './name-tokens.ts'

const secret = createEngineSecret(Buffer.alloc(32, 7))
const names = createNameTokens(secret)

/** As it is defined: AES-256-CBC-MAC over 32 bytes of UTF-16, 10 hex digits of the first beginning and 3 of each that follows. */
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

test('what stands for a word is what the definition says, for each country by its own key', () => {
  fc.assert(
    fc.property(fc.array(aWord, { maxLength: 8 }), words => {
      const countries = ['SG', 'TL']
      expect(names.of(countries, words)).toEqual(countries.map(country => words.map(word => tokenByDefinition(country, word))))
    }),
  )
})

test('that of a word begins with those of its beginnings', () => {
  const [[whole = '', three, five]] = names.of(['SG'], ['wolframite', 'wol', 'wolfr']) as [[string, string, string]]
  expect([whole.startsWith(three), whole.startsWith(five)]).toEqual([true, true])
})
