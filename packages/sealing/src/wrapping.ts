import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { canonicalJson } from '@holdfast/schemas'
import { keyBytes } from './request-key.ts'

const algorithm = 'aes-256-gcm'
const nonceBytes = 12
const tagBytes = 16
/** Of every wrapped key: nonce, ciphertext and tag. */
export const wrappedBytes = nonceBytes + keyBytes + tagBytes

/** What a wrapped key is of: in the place of another it does not unwrap. */
export type WrappedFor =
  | { readonly level: 'country'; readonly country: string; readonly version: number; readonly keyId: string }
  | { readonly level: 'request'; readonly country: string; readonly requestId: string; readonly keyId: string }

/** As additional data of AES-GCM. */
export const wrappedFor = (of: WrappedFor): Buffer =>
  Buffer.from(canonicalJson(['holdfast.key.v1', of.level, of.country, of.level === 'country' ? of.version : of.requestId, of.keyId]))

/** 32 bytes, as what wraps with. */
export const wrappingKey = (bytes: Uint8Array): KeyObject => createSecretKey(bytes)

/** AES-256-GCM with a random nonce: 60 bytes, which are others each time. One key may wrap four billion of them. */
export function wrapKey(by: KeyObject, bytes: Uint8Array, aad: Uint8Array, nonce: Uint8Array = randomBytes(nonceBytes)): Buffer {
  const cipher = createCipheriv(algorithm, by, nonce, { authTagLength: tagBytes })
  cipher.setAAD(aad)
  const encrypted = cipher.update(bytes)
  cipher.final()
  return Buffer.concat([nonce, encrypted, cipher.getAuthTag()])
}

/** The 32 bytes; undefined where it was wrapped by another key, for something else, or a byte is another. */
export function unwrapKey(by: KeyObject, wrapped: Uint8Array, aad: Uint8Array): Buffer | undefined {
  if (wrapped.length !== wrappedBytes) return undefined
  const decipher = createDecipheriv(algorithm, by, wrapped.subarray(0, nonceBytes), { authTagLength: tagBytes })
  decipher.setAAD(aad)
  decipher.setAuthTag(wrapped.subarray(-tagBytes))
  const bytes = decipher.update(wrapped.subarray(nonceBytes, -tagBytes))
  try {
    decipher.final()
    return bytes
  } catch {
    return undefined
  }
}

type RequestKeyOf = Omit<Extract<WrappedFor, { level: 'request' }>, 'level'>

const aadOf = ({ country, requestId, keyId }: RequestKeyOf): Buffer => wrappedFor({ level: 'request', country, requestId, keyId })

/** In base64url, as it is stored. */
export const wrapRequestKey = (by: KeyObject, of: RequestKeyOf, bytes: Uint8Array): string =>
  wrapKey(by, bytes, aadOf(of)).toString('base64url')

/** Undefined where it was wrapped by another key, for something else, or a byte is another. */
export const unwrapRequestKey = (by: KeyObject, stored: RequestKeyOf & { readonly wrapped: string }): Buffer | undefined =>
  unwrapKey(by, Buffer.from(stored.wrapped, 'base64url'), aadOf(stored))
