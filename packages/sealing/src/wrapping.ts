import { createSecretKey, type KeyObject } from 'node:crypto'
import { canonicalJson } from '@holdfast/schemas'
import { decrypt, encrypt, nonceBytes, tagBytes } from './aes-gcm.ts'
import { keyBytes } from './request-key.ts'

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
export const wrapKey = (by: KeyObject, bytes: Uint8Array, aad: Uint8Array, nonce?: Uint8Array): Buffer => encrypt(by, bytes, aad, nonce)

/** The 32 bytes; undefined where it was wrapped by another key, for something else, or a byte is another. */
export const unwrapKey = (by: KeyObject, wrapped: Uint8Array, aad: Uint8Array): Buffer | undefined =>
  wrapped.length === wrappedBytes ? decrypt(by, wrapped, aad) : undefined

type RequestKeyOf = Omit<Extract<WrappedFor, { level: 'request' }>, 'level'>

const aadOf = ({ country, requestId, keyId }: RequestKeyOf): Buffer => wrappedFor({ level: 'request', country, requestId, keyId })

/** In base64url, as it is stored. */
export const wrapRequestKey = (by: KeyObject, of: RequestKeyOf, bytes: Uint8Array): string =>
  wrapKey(by, bytes, aadOf(of)).toString('base64url')

/** Undefined where it was wrapped by another key, for something else, or a byte is another. */
export const unwrapRequestKey = (by: KeyObject, stored: RequestKeyOf & { readonly wrapped: string }): Buffer | undefined =>
  unwrapKey(by, Buffer.from(stored.wrapped, 'base64url'), aadOf(stored))
