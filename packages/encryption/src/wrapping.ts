import { createSecretKey, type KeyObject } from 'node:crypto'
import { canonicalJson } from '@holdfast/schemas'
import { decrypt, encrypt, nonceBytes, tagBytes } from './aes-gcm.ts'
import { keyBytes } from './request-key.ts'

/** The length of every wrapped key: nonce, ciphertext and tag. */
export const wrappedBytes = nonceBytes + keyBytes + tagBytes

/** What a wrapped key belongs to. It can't be unwrapped as another one. */
export type WrappedFor =
  | { readonly level: 'country'; readonly country: string; readonly version: number; readonly keyId: string }
  | { readonly level: 'request'; readonly country: string; readonly requestId: string; readonly keyId: string }

/** Encodes it as additional data of AES-GCM. */
export const wrappedFor = (of: WrappedFor): Buffer =>
  Buffer.from(canonicalJson(['holdfast.key.v1', of.level, of.country, of.level === 'country' ? of.version : of.requestId, of.keyId]))

/** Creates a wrapping key from 32 bytes. */
export const wrappingKey = (bytes: Uint8Array): KeyObject => createSecretKey(bytes)

/** AES-256-GCM with a random nonce; returns 60 bytes. One key may wrap four billion others. */
export const wrapKey = (by: KeyObject, bytes: Uint8Array, aad: Uint8Array, nonce?: Uint8Array): Buffer => encrypt(by, bytes, aad, nonce)

/** The 32 bytes; undefined for another key, another owner or a changed byte. */
export const unwrapKey = (by: KeyObject, wrapped: Uint8Array, aad: Uint8Array): Buffer | undefined =>
  wrapped.length === wrappedBytes ? decrypt(by, wrapped, aad) : undefined

type RequestKeyOf = Omit<Extract<WrappedFor, { level: 'request' }>, 'level'>

const aadOf = ({ country, requestId, keyId }: RequestKeyOf): Buffer => wrappedFor({ level: 'request', country, requestId, keyId })

/** In base64url, as stored. */
export const wrapRequestKey = (by: KeyObject, of: RequestKeyOf, bytes: Uint8Array): string =>
  wrapKey(by, bytes, aadOf(of)).toString('base64url')

/** Undefined for another key, another owner or a changed byte. */
export const unwrapRequestKey = (by: KeyObject, stored: RequestKeyOf & { readonly wrapped: string }): Buffer | undefined =>
  unwrapKey(by, Buffer.from(stored.wrapped, 'base64url'), aadOf(stored))
