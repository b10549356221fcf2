import { createCipheriv, createHmac } from 'node:crypto'
import {
  createRequestKey,
  decryptData,
  decryptValues,
  type EncryptionContext,
  encryptValues,
  saltIn,
  unwrapKey,
  type WrappedFor,
  wrapKey,
  wrappedFor,
  wrappingKey,
} from '@holdfast/encryption'
import { canonicalJson, plaintextDigestOf } from '@holdfast/schemas'
import { createEngineSecret, keyedDigestOf } from '@holdfast/trust'
import { type Case, refusal, type VectorKind, vectorsOf } from './vector-file.ts'

interface About {
  /** 32 bytes in hex. */
  readonly requestKey: string
  readonly requestId: string
  readonly keyId: string
  /** For an encrypted field of version 2. */
  readonly context?: EncryptionContext
}
type Encrypt = About & { readonly values: Readonly<Record<string, unknown>> }
type Decrypt = About & { readonly field: { readonly key: string; readonly ciphertext: string; readonly digest?: string } }
interface Unwrap {
  readonly by: string
  readonly of: readonly (string | number)[]
  readonly wrapped: string
}
interface Mark {
  readonly kind: string
  readonly parts: readonly string[]
}
interface Salt {
  readonly requestKey: string
  readonly nonce: string
}
interface Digest {
  readonly salt: string
  readonly digestOf: Readonly<Record<string, unknown>>
}
type Input = Encrypt | Decrypt | Unwrap | Mark | Salt | Digest

const rule =
  'Encrypted fields (ADR 55). A key of a request has 32 bytes (hex). By HKDF-SHA-256 (RFC 5869) with the salt "holdfast" two keys of 32 bytes come from it: E with the info "holdfast.sealed.v1 encrypt", N with the info "holdfast.sealed.v1 nonce". W is the canonical JSON of `values`, an object whose names are JSON pointers (RFC 6901, never empty), with spaces behind it to the next multiple of 64 bytes, none where it is one. A is the canonical JSON of ["holdfast.sealed.v1", requestId, keyId], and where there is a `context` of ["holdfast.sealed.v2", requestId, keyId] and its texts behind them: "data" and the id of the command that the data is of (of a fact and a refusal, their causationid) or of the work event, or "actor" and the marks in `actor` and, where it is there, `actorproof`. The nonce is the first 12 bytes of the HMAC-SHA-256 under N of A, the byte 1f and W. `ciphertext` is base64url without padding, in the one way in which it is written, of nonce, ciphertext and tag (16 bytes) of AES-256-GCM of W under E with A as additional data. `field` has the id of its key and a ciphertext. Its values are what W says, and it is refused where it names another key, is no complete ciphertext, is not authentic, its nonce is not that of its plaintext, it has more or fewer spaces than it must, it is no JSON from { to }, or a name is no pointer; that it is canonical concerns the encrypting side alone. Where the field has a `digest`, it is also refused where that is not the digest of the values as they are written in W. A ciphertext has a salt: the first 32 hex digits of the HMAC-SHA-256 of its `nonce` (its first 16 characters of base64url) under 32 bytes that come from the key with the info "holdfast.sealed.v1 salt". The digest of a field is the SHA-256 (hex) of its salt, as text, and of the canonical JSON of its values behind it. `wrapped` is base64url of nonce, ciphertext and tag of AES-256-GCM of a key under `by`, a key of 32 bytes (hex), with the canonical JSON of "holdfast.key.v1" before what is in `of` as additional data: ["country", country, version, key id] or ["request", country, request id, key id]; its nonce is random. A mark is the HMAC-SHA-256 (hex) of the parts with the byte 1f between them, under 32 bytes of HKDF-SHA-256 of the engine\'s secret with the salt "holdfast" and the info "marks of " and the kind. All keys here are made for these vectors, and known to everybody.'

const engineSecret = Buffer.from('no secret, made for the vectors!').toString('hex')
const hexOf = (text: string) => Buffer.from(text).toString('hex')
const requestKey = hexOf('a key of a request, for vectors!')
const about: About = {
  requestKey,
  requestId: '9e95f72e-0529-5092-a64e-f4460878dfec',
  keyId: '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c11',
}
const otherKeyId = '5b5f5a0e-95a1-4c8c-9e38-6d0a4e0b0c12'
const keyOf = ({ requestKey: hex }: About) => createRequestKey(Buffer.from(hex, 'hex'))

const values = {
  '/request/contact': { name: 'Zo\u00eb', phone: '+65 6123 4567' },
  '/note': 'a\u00e7\u00e3o \u201c\u20ac\u201d \ud83d\ude00',
}
const { ciphertext } = encryptValues(keyOf(about), about, values)
const bytes = Buffer.from(ciphertext, 'base64url')
const opened = (text: string, as: Partial<About> = {}, key = about.keyId): Decrypt => ({
  ...about,
  ...as,
  field: { key, ciphertext: text },
})
const flippedAt = (at: number): string => {
  const other = Buffer.from(bytes)
  const context = at < 0 ? other.length + at : at
  other[context] = (other[context] ?? 0) ^ 1
  return other.toString('base64url')
}

/** A ciphertext that only the owner of the key can make, of invalid plaintext. */
function boxOf(words: string | Buffer, nonce?: Buffer): string {
  const key = keyOf(about)
  const said = Buffer.from(words)
  const aad = Buffer.from(canonicalJson(['holdfast.sealed.v1', about.requestId, about.keyId]))
  const made = createHmac('sha256', key.nonces).update(aad).update('\u001f').update(said).digest().subarray(0, 12)
  const cipher = createCipheriv('aes-256-gcm', key.encryption, nonce ?? made).setAAD(aad)
  return Buffer.concat([nonce ?? made, cipher.update(said), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}
const crafted = (text: string, length = 64): Decrypt => opened(boxOf(text.padEnd(length, ' ')))

const encryption: readonly Case<Input>[] = [
  ['encrypted: two values', { ...about, values }],
  [
    'encrypted: the same in another order',
    { ...about, values: { '/note': values['/note'], '/request/contact': { phone: '+65 6123 4567', name: 'Zo\u00eb' } } },
  ],
  ['encrypted: the same for another request', { ...about, requestId: '9e95f72e-0529-5092-a64e-f4460878dfed', values }],
  ['encrypted: 64 bytes, and no space', { ...about, values: { '/note': 'x'.repeat(64 - '{"/note":""}'.length) } }],
  ['encrypted: 65 bytes, and 63 spaces', { ...about, values: { '/note': 'x'.repeat(65 - '{"/note":""}'.length) } }],
  [
    'encrypted: a value within a list, names with slash and tilde, a number, nothing',
    { ...about, values: { '/parties/0/name': 'Li', '/a~1b': 1.5e30, '/~0': null, '/': '' } },
  ],
  ['encrypted: a text of 700 bytes', { ...about, values: { '/note': 'to be read by few. '.repeat(36) } }],
]

const opening: readonly Case<Input>[] = [
  ['opened: two values', opened(ciphertext)],
  ['opened: by another order of its members, as a sender may write another order', crafted('{"/b":"first","/a":"second"}')],
  ['opened: with spaces within', crafted('{ "/a" : "text" }')],
  ['the block names another key', opened(ciphertext, {}, otherKeyId), 'the key that is given is not the one it names'],
  ['another key', opened(ciphertext, { requestKey: hexOf('another key of it, for vectors!!') }), 'it is not authentic'],
  ['another request', opened(ciphertext, { requestId: '9e95f72e-0529-5092-a64e-f4460878dfed' }), 'a box counts in its own request'],
  ['another id of the key, in the block as well', opened(ciphertext, { keyId: otherKeyId }, otherKeyId), 'a box counts under its own key'],
  ['another nonce', opened(flippedAt(0)), 'it is not authentic'],
  ['another byte', opened(flippedAt(20)), 'it is not authentic'],
  ['another tag', opened(flippedAt(-1)), 'it is not authentic'],
  ['cut by a character', opened(ciphertext.slice(0, -1)), 'it is no whole box'],
  ['cut by 64 bytes', opened(Buffer.concat([bytes.subarray(0, -80), bytes.subarray(-16)]).toString('base64url')), 'it is not authentic'],
  ['nonce and tag alone', opened(bytes.subarray(0, 28).toString('base64url')), 'there are no words'],
  ['nothing', opened(''), 'it is no whole box'],
  ['base64 with padding', opened(`${ciphertext}=`), 'it is written in another way'],
  ['a line end behind it', opened(`${ciphertext}\n`), 'it is written in another way'],
  ['a random nonce', opened(boxOf('{"/a":"text"}'.padEnd(64, ' '), Buffer.alloc(12, 9))), 'the nonce is not that of the words'],
  ['64 spaces too many', crafted('{"/a":"text"}', 128), 'there are as few spaces as there can be'],
  ['spaces alone', crafted(''), 'there are no words'],
  ['line ends for spaces', opened(boxOf('{"/a":"text"}'.padEnd(64, '\n'))), 'it is padded with spaces'],
  ['half of an object', crafted('{"/a":"text"'), 'it is no JSON'],
  ['an object and more', crafted('{"/a":"text"}{}'), 'it is no JSON'],
  ['a list', crafted('["/a"]'), 'it is no object'],
  [
    'no UTF-8',
    opened(boxOf(Buffer.concat([Buffer.from('{"/a":"'), Buffer.from([0xff]), Buffer.from('"}'.padEnd(56, ' '))]))),
    'it is no JSON',
  ],
  ['a name without a slash', crafted('{"note":"text"}'), 'a name is no pointer'],
  ['an empty name', crafted('{"":"text"}'), 'the data itself is no value of it'],
  ['a tilde that stands for nothing', crafted('{"/a~2":"text"}'), 'a name is no pointer'],
  ['the name __proto__', crafted('{"__proto__":"text"}'), 'a name is no pointer'],
]

const command: EncryptionContext = ['data', '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e31']
const actor: EncryptionContext = [
  'actor',
  'SG/officer/~5f0c6a1e9b3d47c28a6e1f50d2b79c34',
  'signIn/m1qXW3v0kUu8oQyqv7rXl1yVt3u2n5fGk0y8aJcVb0E',
]
const placed: About = { ...about, context: command }
const { key: namedKey, ...placedField } = encryptValues(keyOf(placed), placed, values)
const openedIn = (context: EncryptionContext | undefined, digest = placedField.digest): Decrypt => ({
  ...about,
  ...(context && { context }),
  field: { key: namedKey, ciphertext: placedField.ciphertext, digest },
})

const placing: readonly Case<Input>[] = [
  ['encrypted in the data of a command', { ...placed, values }],
  [
    'encrypted next to a pseudonym, proved',
    { ...about, context: actor, values: { '/actor': 'SG/officer/a.tan', '/actorproof': 'signIn/x' } },
  ],
  [
    'encrypted next to a pseudonym, not proved',
    { ...about, context: ['actor', 'SG/officer/~5f0c6a1e9b3d47c28a6e1f50d2b79c34'], values: { '/actor': 'SG/officer/a.tan' } },
  ],
  ['opened in the data of its command', openedIn(command)],
  ['in the data of another command', openedIn(['data', '7d1c4ba2-6a55-5e0f-9d6e-2f6b1c7a8e32']), 'a box counts in its own context'],
  ['next to a pseudonym', openedIn(actor), 'a box counts in its own context'],
  ['as if it was bound to no context', openedIn(undefined), 'a box counts in its own context'],
  ['next to the digest of other values', openedIn(command, 'd'.repeat(64)), 'the digest is not that of its values'],
]

const countryKey = hexOf('a key of a country, for vectors!')
const masterKey = hexOf('a master key, only for vectors!!')
const ofCountry: WrappedFor = { level: 'country', country: 'TL', version: 2, keyId: otherKeyId }
const ofRequest: WrappedFor = { level: 'request', country: 'TL', requestId: about.requestId, keyId: about.keyId }
const wrap = (by: string, hex: string, of: WrappedFor): string =>
  wrapKey(wrappingKey(Buffer.from(by, 'hex')), Buffer.from(hex, 'hex'), wrappedFor(of), Buffer.from('random nonce')).toString('base64url')
const placeOf = (of: WrappedFor): Unwrap['of'] => [of.level, of.country, of.level === 'country' ? of.version : of.requestId, of.keyId]
const wrappedCountry: Unwrap = { by: masterKey, of: placeOf(ofCountry), wrapped: wrap(masterKey, countryKey, ofCountry) }
const wrappedRequest: Unwrap = { by: countryKey, of: placeOf(ofRequest), wrapped: wrap(countryKey, requestKey, ofRequest) }

const wrapping: readonly Case<Input>[] = [
  ['unwrapped: a key of a country by a master key', wrappedCountry],
  ['unwrapped: a key of a request by the key of a country', wrappedRequest],
  ['a key of a country, unwrapped by another', { ...wrappedCountry, by: countryKey }, 'it is not authentic'],
  ['a key of another version', { ...wrappedCountry, of: ['country', 'TL', 3, otherKeyId] }, 'a key counts in its own context'],
  [
    'a key of another country',
    { ...wrappedRequest, of: ['request', 'SG', about.requestId, about.keyId] },
    'a key counts in its own context',
  ],
  ['a key of another request', { ...wrappedRequest, of: ['request', 'TL', otherKeyId, about.keyId] }, 'a key counts in its own context'],
  [
    'a key of a request as one of a country',
    { ...wrappedRequest, of: ['country', 'TL', about.requestId, about.keyId] },
    'a key counts in its own context',
  ],
  ['a wrapped key that was cut', { ...wrappedRequest, wrapped: wrappedRequest.wrapped.slice(0, -4) }, 'it has 60 bytes'],
  ['a wrapped key of 16 bytes', { ...wrappedRequest, wrapped: wrap(countryKey, requestKey.slice(0, 32), ofRequest) }, 'it has 60 bytes'],
]

const marks: readonly Case<Input>[] = [
  ['a mark', { kind: 'places of accounts', parts: ['TL', '0080012345678910157'] }],
  ['a mark of another kind', { kind: 'keys of payments', parts: ['TL', '0080012345678910157'] }],
  ['a mark of one part', { kind: 'names', parts: ['Zo\u00eb'] }],
]

const digests: readonly Case<Input>[] = [
  ['the salt of a box', { requestKey, nonce: ciphertext.slice(0, 16) }],
  ['the salt of another box', { requestKey, nonce: encryptValues(keyOf(about), about, { '/note': 'another' }).ciphertext.slice(0, 16) }],
  ['the digest of values', { salt: saltIn(keyOf(about), { ciphertext }), digestOf: values }],
  [
    'the digest of values in another order',
    { salt: saltIn(keyOf(about), { ciphertext }), digestOf: Object.fromEntries(Object.entries(values).reverse()) },
  ],
  ['the digest of the same with another salt', { salt: '0'.repeat(32), digestOf: values }],
]

export const encryptedDataVectors = async (): Promise<VectorKind> => ({
  kind: 'encrypted-fields',
  rule,
  given: { engineSecret },
  vectors: await vectorsOf([...encryption, ...opening, ...wrapping, ...marks, ...digests, ...placing], input => {
    if ('values' in input) return { ciphertext: encryptValues(keyOf(input), input, input.values).ciphertext }
    if ('field' in input) {
      const { key, ciphertext: text, digest } = input.field
      const result =
        digest === undefined
          ? decryptValues(keyOf(input), input, input.field)
          : decryptData(keyOf(input), input, { key, ciphertext: text, digest })
      return result.ok ? { values: result.value.values } : refusal
    }
    if ('wrapped' in input) {
      const aad = Buffer.from(canonicalJson(['holdfast.key.v1', ...input.of]))
      const key = unwrapKey(wrappingKey(Buffer.from(input.by, 'hex')), Buffer.from(input.wrapped, 'base64url'), aad)
      return key ? { key: key.toString('hex') } : refusal
    }
    if ('nonce' in input) return { salt: saltIn(createRequestKey(Buffer.from(input.requestKey, 'hex')), { ciphertext: input.nonce }) }
    if ('digestOf' in input) return { digest: plaintextDigestOf(input.salt, canonicalJson(input.digestOf)) }
    return { mark: keyedDigestOf(createEngineSecret(Buffer.from(engineSecret, 'hex')), input.kind, ...input.parts) }
  }),
})
