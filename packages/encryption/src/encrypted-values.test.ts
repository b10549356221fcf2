import { createCipheriv, createHmac, randomBytes } from 'node:crypto'
import { canonicalJson, encryptedDataSchema } from '@holdfast/schemas'
import { createEngineSecret, keyedDigestOf } from '@holdfast/trust'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type DecryptionRefusal, decryptValues, encryptValues } from './encrypted-values.ts'
import { createRequestKey } from './request-key.ts'

const key = createRequestKey(Buffer.alloc(32, 7))
const about = { requestId: '9e95f72e-0529-5092-a64e-f4460878dfec', keyId: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11' }
const values = { '/request/contact': { name: 'Zoë', phone: '+65 6123 4567' }, '/note': 'she is at home today' }

const anyValues = fc.dictionary(
  fc
    .array(fc.string({ unit: 'grapheme', maxLength: 8 }), { minLength: 1, maxLength: 3 })
    .map(tokens => tokens.map(token => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')),
  fc.jsonValue(),
  { maxKeys: 5 },
)

/** An encrypted field with any plaintext, as only the key's owner could produce it. */
function boxOf(words: string | Buffer, nonce?: Buffer): string {
  const bytes = Buffer.from(words)
  const aad = Buffer.from(canonicalJson(['holdfast.sealed.v1', about.requestId, about.keyId]))
  const used =
    nonce ??
    createHmac('sha256', key.nonces)
      .update(Buffer.concat([aad, Buffer.from([0x1f]), bytes]))
      .digest()
      .subarray(0, 12)
  const cipher = createCipheriv('aes-256-gcm', key.encryption, used).setAAD(aad)
  return Buffer.concat([used, cipher.update(bytes), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}
const refusalOf = (ciphertext: string, as = about, by = key, named = as.keyId): DecryptionRefusal | undefined => {
  const opened = decryptValues(by, as, { key: named, ciphertext })
  return opened.ok ? undefined : opened.error
}

test('an encrypted field can be decrypted, matches its schema, and has the same bytes each time', () => {
  fc.assert(
    fc.property(anyValues, said => {
      const block = encryptValues(key, about, said)
      expect(encryptedDataSchema.parse(block)).toEqual(block)
      expect(encryptValues(key, about, said)).toEqual(block)
      const opened = decryptValues(key, about, block)
      expect(opened.ok && canonicalJson(opened.value.values)).toBe(canonicalJson(said))
    }),
    { numRuns: 150, seed: 20_240_715 },
  )
})

test('the order of members does not change the bytes', () => {
  const turned = { '/note': values['/note'], '/request/contact': { phone: '+65 6123 4567', name: 'Zoë' } }
  expect(encryptValues(key, about, turned)).toEqual(encryptValues(key, about, values))
})

test('the ciphertext’s length reveals only the next multiple of 64', () => {
  const lengths = new Set(Array.from({ length: 50 }, (_, n) => encryptValues(key, about, { '/n': 'x'.repeat(n + 1) }).ciphertext.length))
  expect([...lengths]).toEqual([28 + 64].map(bytes => Math.ceil((bytes * 4) / 3)))
  expect(Buffer.from(encryptValues(key, about, { '/n': 'x'.repeat(60) }).ciphertext, 'base64url')).toHaveLength(28 + 128)
})

test('no plaintext is readable in an encrypted field', () => {
  const text = Buffer.from(encryptValues(key, about, values).ciphertext, 'base64url').toString('latin1')
  for (const word of ['contact', 'note', 'home', '6123']) expect(text).not.toContain(word)
})

test('an encrypted field can be decrypted only with its own key, request and key id', () => {
  const { ciphertext } = encryptValues(key, about, values)
  expect(refusalOf(ciphertext)).toBeUndefined()
  expect(refusalOf(ciphertext, about, createRequestKey(Buffer.alloc(32, 8)))).toBe('NOT_AUTHENTIC')
  expect(refusalOf(ciphertext, { ...about, requestId: '9e95f72e-0529-5092-a64e-f4460878dfed' })).toBe('NOT_AUTHENTIC')
  expect(refusalOf(ciphertext, about, key, '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c12')).toBe('OTHER_KEY')
  expect(refusalOf(ciphertext, { ...about, keyId: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c12' })).toBe('NOT_AUTHENTIC')
})

test('every changed byte and every other encoding of the ciphertext is refused', () => {
  const { ciphertext } = encryptValues(key, about, values)
  const bytes = Buffer.from(ciphertext, 'base64url')
  for (const at of bytes.keys()) {
    const other = Buffer.from(bytes)
    other[at] = (other[at] ?? 0) ^ 1
    expect(refusalOf(other.toString('base64url'))).toBe('NOT_AUTHENTIC')
  }
  for (let length = 0; length < ciphertext.length; length++) expect(refusalOf(ciphertext.slice(0, length))).toBe('CUT')
  for (const text of [
    `${ciphertext}=`,
    ` ${ciphertext}`,
    `${ciphertext}\n`,
    ciphertext.replace(/[-_]/g, '+'),
    '',
    '\u0000',
    `${ciphertext}A`,
  ])
    expect(refusalOf(text)).toBe('CUT')
  expect(refusalOf(bytes.subarray(0, -64).toString('base64url'))).toBe('NOT_AUTHENTIC')
})

test('plaintexts that the key’s owner encrypted wrongly are refused with the reason', () => {
  const padded = (text: string) => text.padEnd(64, ' ')
  expect(refusalOf(boxOf(padded('{"/a":1}')))).toBeUndefined()
  expect(refusalOf(boxOf(padded('{"/a":1}'), randomBytes(12)))).toBe('OTHER_NONCE')
  expect(refusalOf(boxOf('{"/a":1}'.padEnd(128, ' ')))).toBe('NOT_PADDED')
  expect(refusalOf(boxOf(Buffer.alloc(64, ' ')))).toBe('NOT_PADDED')
  for (const text of ['{"/a":', 'null', '[1]', '"text"', '{"/a":1}x', '{"/a":1}\n', '\t{"/a":1}'])
    expect(refusalOf(boxOf(padded(text)))).toBe('NOT_JSON')
  expect(refusalOf(boxOf(Buffer.concat([Buffer.from('{"/a":"'), Buffer.from([0xff]), Buffer.from('"}'.padEnd(64 - 8, ' '))])))).toBe(
    'NOT_JSON',
  )
  for (const name of ['', 'a', '/~', '__proto__'])
    expect(refusalOf(boxOf(padded(JSON.stringify({ [name]: 1 }).replace('{}', '{"__proto__":1}'))))).toBe('NOT_POINTERS')
})

test('no input makes decryption throw', () => {
  const boxes = [92, 156].map(bytes =>
    fc.uint8Array({ minLength: bytes, maxLength: bytes }).map(box => Buffer.from(box).toString('base64url')),
  )
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), ...boxes), box => {
      expect(['CUT', 'NOT_AUTHENTIC']).toContain(refusalOf(box))
    }),
    { numRuns: 150, seed: 20_240_715 },
  )
})

test('values that could not be decrypted again are not encrypted', () => {
  expect(() => encryptValues(key, about, { note: 'no pointer' })).toThrow(RangeError)
  expect(() => encryptValues(key, about, { '': {} })).toThrow(RangeError)
  expect(() => encryptValues(key, about, { '/note': '\ud800' })).toThrow()
  expect(() => encryptValues(key, about, { '/note': 'x'.repeat(1_050_000) })).toThrow(RangeError)
  const largest = encryptValues(key, about, { '/note': 'x'.repeat(1_049_900) })
  expect(encryptedDataSchema.safeParse(largest).success && decryptValues(key, about, largest).ok).toBe(true)
})

test('a key has 32 bytes', () => {
  for (const length of [0, 16, 31, 33]) expect(() => createRequestKey(Buffer.alloc(length))).toThrow(RangeError)
})

test('an encrypted field has the members of its schema and no others', () => {
  const secret = createEngineSecret(Buffer.alloc(32, 3))
  const block = encryptValues(key, about, values, { debtorAccount: keyedDigestOf(secret, 'places of accounts', 'SG', '123') })
  expect(encryptedDataSchema.parse(block)).toEqual(block)
  const wrong = [
    { ...block, nonce: 'more' },
    { ...block, key: 'first' },
    { ...block, ciphertext: `${block.ciphertext}=` },
    { ...block, ciphertext: '' },
    { ...block, ciphertext: 'x'.repeat(1_400_001) },
    { ...block, blindIndexes: { debtorAccount: 'AB'.repeat(32) } },
    { ...block, blindIndexes: { 'a name': 'ab'.repeat(32) } },
    { ...block, blindIndexes: Object.fromEntries(Array.from({ length: 33 }, (_, n) => [`mark${n}`, 'ab'.repeat(32)])) },
    { ciphertext: block.ciphertext },
  ]
  expect(wrong.filter(each => encryptedDataSchema.safeParse(each).success)).toEqual([])
})

test('a blind index depends on its kind and its engine', () => {
  const secret = createEngineSecret(Buffer.alloc(32, 3))
  const mark = keyedDigestOf(secret, 'places of accounts', 'SG', '123')
  expect(mark).toBe(keyedDigestOf(createEngineSecret(Buffer.alloc(32, 3)), 'places of accounts', 'SG', '123'))
  const others = [
    keyedDigestOf(secret, 'keys of payments', 'SG', '123'),
    keyedDigestOf(secret, 'places of accounts', 'SG', '124'),
    keyedDigestOf(secret, 'places of accounts', 'SG1', '23'),
    keyedDigestOf(createEngineSecret(Buffer.alloc(32, 4)), 'places of accounts', 'SG', '123'),
  ]
  expect(new Set([mark, ...others]).size).toBe(5)
  expect(mark).toBe(createHmac('sha256', secret.keyFor('marks of places of accounts')).update('SG\u001f123').digest('hex'))
})
