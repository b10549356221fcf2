import { isUtf8 } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { accepted, canonicalJson, type EncryptedData, isPointer, plaintextDigestOf, type Result, refused } from '@holdfast/schemas'
import { decrypt, encrypt, nonceBytes, tagBytes } from './aes-gcm.ts'
import type { RequestKey } from './request-key.ts'

/** What an encrypted field is bound to. In another request or field, or under another key id, it can't be decrypted. */
export interface EncryptionBinding {
  readonly requestId: string
  readonly keyId: string
  /** Undefined for a field that is bound to its request alone: version 1, and what two commands are compared by. */
  readonly context?: EncryptionContext | undefined
}

/**
 * The context of an encrypted field of version 2. `data`: a command, its fact and its quotes, by the command's id; or a
 * work event, by its own id. `actor`: next to the pseudonyms of an actor.
 */
export type EncryptionContext = readonly ['data', id: string] | readonly ['actor', mark: string, proofMark?: string]

/** The plaintext: values by JSON pointers (RFC 6901), relative to the object that has the field. */
export type PlaintextValues = Readonly<Record<string, unknown>>

/** A decrypted field. */
export interface DecryptedValues {
  readonly values: PlaintextValues
  /** Proves that the values match the field's digest. */
  readonly salt: string
}

/** Why decryption failed, in texts that reveal nothing of the content. */
export const decryptionRefusals = {
  OTHER_KEY: 'the encrypted field names another key',
  CUT: 'the ciphertext is truncated, or not canonical base64url',
  NOT_AUTHENTIC: 'the ciphertext belongs to another key, request, command or field, or was changed',
  OTHER_NONCE: 'the nonce does not match the plaintext',
  NOT_PADDED: 'the padding is wrong',
  NOT_JSON: 'the plaintext is not a JSON object',
  NOT_POINTERS: 'the name of a value is no JSON pointer',
  OTHER_REQUEST: 'the key belongs to another request',
  OTHER_DIGEST: 'the digest does not match the values',
} as const

export type DecryptionRefusal = keyof typeof decryptionRefusals

const paddedTo = 64
const separator = Buffer.from([0x1f])
const space = 0x20
const [openingBrace, closingBrace] = [0x7b, 0x7d]
/** In base64url 1.4 million characters, the schema's limit. */
const boxBytesMax = 1_050_000

const additionalData = ({ requestId, keyId, context }: EncryptionBinding): Buffer =>
  Buffer.from(canonicalJson(context ? ['holdfast.sealed.v2', requestId, keyId, ...context] : ['holdfast.sealed.v1', requestId, keyId]))

/**
 * The same plaintext under the same key yields the same bytes, so that a repeat is recognised. Other plaintexts share a
 * nonce as rarely as 96 bits of an HMAC collide.
 */
const nonceOf = ({ nonces }: RequestKey, aad: Buffer, plaintext: Buffer): Buffer =>
  createHmac('sha256', nonces).update(aad).update(separator).update(plaintext).digest().subarray(0, nonceBytes)

/**
 * 128 bits in hex, different for each field. With the salt and the values, anyone can verify the digest. With the
 * digest alone, values can't be guessed.
 */
const saltOf = ({ salts }: RequestKey, nonce: Buffer): string => createHmac('sha256', salts).update(nonce).digest('hex').slice(0, 32)

/**
 * Encrypts values by their pointers. 2 kB take some 35 µs, half of it for canonical JSON. Throws RangeError for an
 * invalid pointer or more than a megabyte, and the errors of `canonicalJson`.
 * @param marks blind indexes to compare the field by; they are not encrypted.
 */
export const encryptValues = (
  key: RequestKey,
  about: EncryptionBinding,
  values: PlaintextValues,
  marks?: EncryptedData['blindIndexes'],
): EncryptedData => encryptValuesWithSalt(key, about, values, marks).block

/** As `encryptValues`, with the salt of its digest. */
export function encryptValuesWithSalt(
  key: RequestKey,
  about: EncryptionBinding,
  values: PlaintextValues,
  blindIndexes?: EncryptedData['blindIndexes'],
): { readonly block: EncryptedData; readonly salt: string } {
  for (const pointer of Object.keys(values))
    if (!isPointer(pointer)) throw new RangeError('The name of a value to encrypt is no JSON pointer')
  const canonical = canonicalJson(values)
  const plaintext = padded(canonical)
  if (plaintext.length + nonceBytes + tagBytes > boxBytesMax)
    throw new RangeError(`${plaintext.length} bytes exceed the limit of an encrypted field`)
  const aad = additionalData(about)
  const nonce = nonceOf(key, aad, plaintext)
  const ciphertext = encrypt(key.encryption, plaintext, aad, nonce).toString('base64url')
  const salt = saltOf(key, nonce)
  const digest = plaintextDigestOf(salt, canonical)
  return { block: { key: about.keyId, ciphertext, digest, ...(blindIndexes === undefined ? {} : { blindIndexes }) }, salt }
}

/** The salt of a field that this key encrypted. */
export const saltIn = (key: RequestKey, { ciphertext }: Pick<EncryptedData, 'ciphertext'>): string =>
  saltOf(key, Buffer.from(ciphertext.slice(0, 16), 'base64url'))

const paddedLength = (bytes: number): number => Math.ceil(bytes / paddedTo) * paddedTo

/** Pads with spaces, so that the length reveals only the number of 64-byte blocks. */
function padded(text: string): Buffer {
  const plaintext = Buffer.alloc(paddedLength(Buffer.byteLength(text)), space)
  plaintext.write(text)
  return plaintext
}

/** The end without the padding. */
function endOf(plaintext: Buffer): number {
  let end = plaintext.length
  while (end > 0 && plaintext[end - 1] === space) end -= 1
  return end
}

/** Returns the values by pointer, or why decryption failed. Never throws. 2 kB take some 20 µs. */
export function decryptValues(
  key: RequestKey,
  about: EncryptionBinding,
  block: Pick<EncryptedData, 'key' | 'ciphertext'>,
): Result<DecryptedValues, DecryptionRefusal> {
  const text = textIn(key, about, block)
  return text.ok ? accepted({ values: text.value.values, salt: text.value.salt }) : text
}

/**
 * As `decryptValues`, and verifies the field's digest. A field that is not bound to its context is of version 1, which is
 * read but no longer written.
 */
export function decryptData(
  key: RequestKey,
  about: EncryptionBinding,
  block: Pick<EncryptedData, 'key' | 'ciphertext' | 'digest'>,
): Result<DecryptedValues, DecryptionRefusal> {
  const bound = textIn(key, about, block)
  const found = bound.ok || bound.error !== 'NOT_AUTHENTIC' || !about.context ? bound : textIn(key, { ...about, context: undefined }, block)
  if (!found.ok) return found
  const { text, values, salt } = found.value
  return plaintextDigestOf(salt, text) === block.digest ? accepted({ values, salt }) : refused('OTHER_DIGEST')
}

function textIn(
  key: RequestKey,
  about: EncryptionBinding,
  block: Pick<EncryptedData, 'key' | 'ciphertext'>,
): Result<DecryptedValues & { readonly text: string }, DecryptionRefusal> {
  if (block.key !== about.keyId) return refused('OTHER_KEY')
  const box = bytesOf(block.ciphertext)
  if (!box) return refused('CUT')
  const aad = additionalData(about)
  const plaintext = decrypt(key.encryption, box, aad)
  if (!plaintext) return refused('NOT_AUTHENTIC')
  const nonce = box.subarray(0, nonceBytes)
  if (!nonceOf(key, aad, plaintext).equals(nonce)) return refused('OTHER_NONCE')
  const length = endOf(plaintext)
  if (paddedLength(length) !== plaintext.length) return refused('NOT_PADDED')
  const read = parsed(plaintext.subarray(0, length))
  if (!read) return refused('NOT_JSON')
  return Object.keys(read.values).every(isPointer) ? accepted({ ...read, salt: saltOf(key, nonce) }) : refused('NOT_POINTERS')
}

/** Undefined if the text is not canonical base64url or has an impossible length. */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const wordBytes = bytes.length - nonceBytes - tagBytes
  const isWhole = wordBytes > 0 && wordBytes % paddedTo === 0 && bytes.length <= boxBytesMax
  return isWhole && bytes.toString('base64url') === text ? bytes : undefined
}

/** Undefined if it is no object. The order of members is not verified, because that would double the time. */
function parsed(plaintext: Buffer): { readonly text: string; readonly values: PlaintextValues } | undefined {
  if (plaintext[0] !== openingBrace || plaintext.at(-1) !== closingBrace || !isUtf8(plaintext)) return undefined
  const text = plaintext.toString()
  try {
    return { text, values: JSON.parse(text) as PlaintextValues }
  } catch {
    return undefined
  }
}
