import { isUtf8 } from 'node:buffer'
import { createHmac } from 'node:crypto'
import { accepted, canonicalJson, type EncryptedData, isPointer, plaintextDigestOf, type Result, refused } from '@holdfast/schemas'
import { decrypt, encrypt, nonceBytes, tagBytes } from './aes-gcm.ts'
import type { RequestKey } from './request-key.ts'

/** What a box is bound to: in another request or place, or under another key's id, it does not open. */
export interface EncryptionBinding {
  readonly requestId: string
  readonly keyId: string
  /** Undefined of a box that is bound to its request alone: of version 1, and of what two commands are compared by. */
  readonly place?: EncryptionContext | undefined
}

/**
 * Where a box of version 2 lies: in the data of a command, of what it became and of what quotes it, by the id of the command; in the data of a work event, by its own; or beside the marks that stand for who acts.
 */
export type EncryptionContext = readonly ['data', id: string] | readonly ['actor', mark: string, proofMark?: string]

/** What lies in a box: values by JSON pointers (RFC 6901), which are relative to the object that has the block. */
export type PlaintextValues = Readonly<Record<string, unknown>>

/** What a box gives who has its key. */
export interface DecryptedValues {
  readonly values: PlaintextValues
  /** By which they are seen to be the ones that the block's digest is of. */
  readonly salt: string
}

/** Why a box is not opened, in words that tell nothing of what is in it. */
export const decryptionRefusals = {
  OTHER_KEY: 'the block names another key',
  CUT: 'the box is no base64url of a whole box: 28 bytes, and 64 or a multiple of it',
  NOT_AUTHENTIC: 'the box is of another key, request, command or field, or a byte of it is another',
  OTHER_NONCE: 'the nonce is not the one that these words have',
  NOT_PADDED: 'the words do not end with as many spaces as they must',
  NOT_JSON: 'the words are no JSON of an object',
  NOT_POINTERS: 'the name of a value is no JSON pointer',
  OTHER_REQUEST: 'the key of the box is that of another request',
  OTHER_DIGEST: 'the digest beside the box is not that of its values',
} as const

export type DecryptionRefusal = keyof typeof decryptionRefusals

const paddedTo = 64
const separator = Buffer.from([0x1f])
const space = 0x20
const [openingBrace, closingBrace] = [0x7b, 0x7d]
/** Its text has 1.4 million characters, which is as many as the schema takes. */
const boxBytesMax = 1_050_000

const boundTo = ({ requestId, keyId, place }: EncryptionBinding): Buffer =>
  Buffer.from(canonicalJson(place ? ['holdfast.sealed.v2', requestId, keyId, ...place] : ['holdfast.sealed.v1', requestId, keyId]))

/** The same words under the same key are the same bytes, so that a repeat is one; others share a nonce as seldom as 96 bits of an HMAC are the same. */
const nonceOf = ({ nonces }: RequestKey, aad: Buffer, words: Buffer): Buffer =>
  createHmac('sha256', nonces).update(aad).update(separator).update(words).digest().subarray(0, nonceBytes)

/** 128 bits in hex, for each box another one. Who has them and the values can show that the digest is of these; who has the digest alone can't try any. */
const saltOf = ({ salts }: RequestKey, nonce: Buffer): string => createHmac('sha256', salts).update(nonce).digest('hex').slice(0, 32)

/**
 * Seals values by their pointers; 2 kB take some 35 µs, half of which are the canonical JSON. Throws RangeError for a name that is no pointer and for more than a megabyte, and whatever `canonicalJson` throws for what has no canonical form.
 * @param marks by which the box can be compared; they are no part of it.
 */
export const encryptValues = (
  key: RequestKey,
  about: EncryptionBinding,
  values: PlaintextValues,
  marks?: EncryptedData['marks'],
): EncryptedData => encryptValuesWithSalt(key, about, values, marks).block

/** The same, with the salt of its digest. */
export function encryptValuesWithSalt(
  key: RequestKey,
  about: EncryptionBinding,
  values: PlaintextValues,
  marks?: EncryptedData['marks'],
): { readonly block: EncryptedData; readonly salt: string } {
  for (const pointer of Object.keys(values))
    if (!isPointer(pointer)) throw new RangeError('The name of a value that is to be sealed is no JSON pointer')
  const canonical = canonicalJson(values)
  const words = padded(canonical)
  if (words.length + nonceBytes + tagBytes > boxBytesMax) throw new RangeError(`${words.length} bytes are more than a box may have`)
  const aad = boundTo(about)
  const nonce = nonceOf(key, aad, words)
  const box = encrypt(key.encryption, words, aad, nonce).toString('base64url')
  const salt = saltOf(key, nonce)
  const digest = plaintextDigestOf(salt, canonical)
  return { block: { key: about.keyId, box, digest, ...(marks === undefined ? {} : { marks }) }, salt }
}

/** The salt of a block that this key has sealed. */
export const saltIn = (key: RequestKey, { box }: Pick<EncryptedData, 'box'>): string =>
  saltOf(key, Buffer.from(box.slice(0, 16), 'base64url'))

const paddedLength = (bytes: number): number => Math.ceil(bytes / paddedTo) * paddedTo

/** With spaces at its end, so that its length tells no more than how many times 64 bytes it fits in. */
function padded(text: string): Buffer {
  const words = Buffer.alloc(paddedLength(Buffer.byteLength(text)), space)
  words.write(text)
  return words
}

/** Where the spaces begin that it ends with. */
function endOf(words: Buffer): number {
  let end = words.length
  while (end > 0 && words[end - 1] === space) end -= 1
  return end
}

/** The values of a box by their pointers, or why it is not opened. Throws for no box, whoever made it. 2 kB take some 20 µs. */
export function decryptValues(
  key: RequestKey,
  about: EncryptionBinding,
  block: Pick<EncryptedData, 'key' | 'box'>,
): Result<DecryptedValues, DecryptionRefusal> {
  const text = textIn(key, about, block)
  return text.ok ? accepted({ values: text.value.values, salt: text.value.salt }) : text
}

/**
 * The same of a whole block, whose digest has to be that of its values. A box that is not bound to its place is of version 1, which is read and no longer written.
 */
export function decryptData(
  key: RequestKey,
  about: EncryptionBinding,
  block: Pick<EncryptedData, 'key' | 'box' | 'digest'>,
): Result<DecryptedValues, DecryptionRefusal> {
  const bound = textIn(key, about, block)
  const found = bound.ok || bound.error !== 'NOT_AUTHENTIC' || !about.place ? bound : textIn(key, { ...about, place: undefined }, block)
  if (!found.ok) return found
  const { text, values, salt } = found.value
  return plaintextDigestOf(salt, text) === block.digest ? accepted({ values, salt }) : refused('OTHER_DIGEST')
}

function textIn(
  key: RequestKey,
  about: EncryptionBinding,
  block: Pick<EncryptedData, 'key' | 'box'>,
): Result<DecryptedValues & { readonly text: string }, DecryptionRefusal> {
  if (block.key !== about.keyId) return refused('OTHER_KEY')
  const box = bytesOf(block.box)
  if (!box) return refused('CUT')
  const aad = boundTo(about)
  const words = decrypt(key.encryption, box, aad)
  if (!words) return refused('NOT_AUTHENTIC')
  const nonce = box.subarray(0, nonceBytes)
  if (!nonceOf(key, aad, words).equals(nonce)) return refused('OTHER_NONCE')
  const length = endOf(words)
  if (paddedLength(length) !== words.length) return refused('NOT_PADDED')
  const read = parsed(words.subarray(0, length))
  if (!read) return refused('NOT_JSON')
  return Object.keys(read.values).every(isPointer) ? accepted({ ...read, salt: saltOf(key, nonce) }) : refused('NOT_POINTERS')
}

/** Undefined where it is not the one text of a box that has the length of one. */
function bytesOf(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64url')
  const wordBytes = bytes.length - nonceBytes - tagBytes
  const isWhole = wordBytes > 0 && wordBytes % paddedTo === 0 && bytes.length <= boxBytesMax
  return isWhole && bytes.toString('base64url') === text ? bytes : undefined
}

/**
 * Undefined for what is no object. That its members are in their order is for who seals: to write it again here would take as long as all the rest.
 */
function parsed(words: Buffer): { readonly text: string; readonly values: PlaintextValues } | undefined {
  if (words[0] !== openingBrace || words.at(-1) !== closingBrace || !isUtf8(words)) return undefined
  const text = words.toString()
  try {
    return { text, values: JSON.parse(text) as PlaintextValues }
  } catch {
    return undefined
  }
}
