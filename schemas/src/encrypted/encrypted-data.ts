import { z } from 'zod'
import { sha256Of } from '#digests'
import { instantSchema } from '../codes.ts'
import { canonicalJson } from '../texts/canonical-json.ts'
import { isPointer, type Members, valuesAt, withoutValues } from '../texts/pointers.ts'
import type { Signable } from './signed.ts'

/** A ciphertext of a megabyte, the limit of a record. */
const ciphertextCharsMax = 1_400_000
const blindIndexesMax = 32

const indexNameSchema = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a name of letters and digits, starting with a lower-case letter')
const indexSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')

const digestSchema = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 lower-case hex digits')

/** The pointers of the decrypted values, and the salt that verifies them against the digest. */
const openedSchema = z.strictObject({
  salt: z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 lower-case hex digits'),
  pointers: z.array(z.string().max(200).refine(isPointer, 'must be a JSON pointer')).max(64),
})

/**
 * The encrypted part of an event's `data` (ADR 55), version 1. Only decryption proves that the ciphertext is valid; the
 * schema checks that it is base64url within its bounds.
 */
export const encryptedDataSchema = z.strictObject({
  key: z.uuidv4().describe('The id of the data key'),
  ciphertext: z
    .string()
    .max(ciphertextCharsMax)
    .regex(/^[A-Za-z0-9_-]+$/, 'must be base64url without padding')
    .describe('Nonce, ciphertext and tag'),
  digest: digestSchema.describe(
    'SHA-256 of the salt in hex and the canonical JSON of the plaintext. It still verifies after the key is destroyed',
  ),
  blindIndexes: z
    .record(indexNameSchema, indexSchema)
    .refine(blindIndexes => Object.keys(blindIndexes).length <= blindIndexesMax, `must have at most ${blindIndexesMax} blind indexes`)
    .optional()
    .describe('Blind indexes of the plaintext, so that the engine can compare it without the key'),
  decrypted: openedSchema.optional().describe('For a decrypted event: its data has the plaintext. It is never stored'),
  destroyedAt: instantSchema
    .optional()
    .describe('For a reader: when the key was destroyed. The personal data cannot be read since then. It is never stored'),
})

export type EncryptedData = Readonly<z.infer<typeof encryptedDataSchema>>

/** As it is stored: not decrypted. */
export const storedDataSchema = encryptedDataSchema.omit({ decrypted: true, destroyedAt: true })

/**
 * The digest that binds personal data to a chain, which must still verify after erasure.
 * @param salt 32 hex digits. @param canonical the canonical JSON of the values by their pointers.
 */
export const plaintextDigestOf = (salt: string, canonical: string): string => sha256Of(`${salt}${canonical}`)

/** As a reader receives it after its key was destroyed. */
export const erasedDataSchema = encryptedDataSchema.omit({ decrypted: true }).required({ destroyedAt: true })

/** Data whose personal data may be encrypted. */
export interface Encryptable {
  readonly encrypted?: EncryptedData | undefined
}

const isObject = (value: unknown): value is Members => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The parts of an event that can be encrypted: its data, and the data of a command that it quotes. */
export const quotedDataOf = (data: object): (Members & Encryptable) | undefined => {
  const quoted = (data as { data?: unknown }).data
  return isObject(quoted) ? quoted : undefined
}

/**
 * The stored form of data: without `destroyedAt` and without decrypted values, which must match the digest. If a value or
 * the digest was changed, the result differs from the stored data and the chain does not verify. Data that was not
 * decrypted is returned unchanged.
 */
export function storedData<T extends object>(data: T): T {
  const quoted = quotedDataOf(data)
  const stored = quoted && storedFields(quoted)
  return storedFields(stored === quoted ? data : { ...data, data: stored })
}

/** Not a valid digest, so no stored event has it. */
const invalidDigest = 'of other words'

function storedFields<T extends object & Encryptable>(data: T): T {
  const { encrypted } = data
  if (encrypted?.destroyedAt !== undefined) {
    const { destroyedAt: _since, ...stored } = encrypted
    return { ...data, encrypted: stored }
  }
  if (!encrypted?.decrypted) return data
  const { decrypted, ...block } = encrypted
  const { salt, pointers } = decrypted
  const digest = plaintextDigestOf(salt, canonicalJson(valuesAt(data as Members, pointers)))
  return {
    ...(withoutValues(data as Members, pointers) as T),
    encrypted: { ...block, ...(digest === block.digest ? {} : { digest: invalidDigest }) },
  }
}

/** The start of an encrypted field in the text of an event. Free text may contain it too. */
const encryptedFieldStart = '"encrypted":{'

/** Whether the text of an event can contain an encrypted field. A quick check that avoids parsing. */
export const mayBeEncrypted = (text: string): boolean => text.includes(encryptedFieldStart)

const isStillEncrypted = ({ encrypted }: Encryptable): boolean => encrypted !== undefined && encrypted.decrypted === undefined

/** Whether personal data of this data is still encrypted, or can no longer be decrypted. */
export function isRedacted(data: object): boolean {
  const quoted = quotedDataOf(data)
  return isStillEncrypted(data) || (quoted !== undefined && isStillEncrypted(quoted))
}

/** Whether the key of this data was destroyed. */
export const isErased = (data: object): boolean =>
  (data as Encryptable).encrypted?.destroyedAt !== undefined || quotedDataOf(data)?.encrypted?.destroyedAt !== undefined

/** Whether this data was decrypted. */
export const isDecrypted = (data: object): boolean =>
  (data as Encryptable).encrypted?.decrypted !== undefined || quotedDataOf(data)?.encrypted?.decrypted !== undefined

/**
 * Data as its sender submitted it, also inside data that quotes it: without encrypted fields and without the signature.
 */
export function asSubmitted<T extends object>(data: T): T {
  const quoted = quotedDataOf(data)
  const said = quoted && withoutEncryption(quoted)
  return withoutEncryption(said === quoted ? data : { ...data, data: said })
}

function withoutEncryption<T extends object & Encryptable & Signable>(data: T): T {
  if (data.encrypted === undefined && data.signed === undefined) return data
  const { encrypted: _block, signed: _signature, ...said } = data
  return said as T
}
