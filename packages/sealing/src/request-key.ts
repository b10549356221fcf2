import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto'

export const keyBytes = 32

/** The key of a request for the words of one country, as it is used: what encrypts, and what nonces are made with. */
export interface RequestKey {
  readonly encryption: KeyObject
  readonly nonces: KeyObject
}

/**
 * From 32 random bytes, by HKDF-SHA-256 (RFC 5869). To be made once for each key: the two derivations take 30 µs, which is as much as a block takes. Throws RangeError for another length.
 */
export function createRequestKey(bytes: Uint8Array): RequestKey {
  if (bytes.length !== keyBytes) throw new RangeError(`A key has ${keyBytes} bytes, and not ${bytes.length}`)
  const derived = (purpose: string): KeyObject =>
    createSecretKey(new Uint8Array(hkdfSync('sha256', bytes, 'holdfast', `holdfast.sealed.v1 ${purpose}`, keyBytes)))
  return { encryption: derived('encrypt'), nonces: derived('nonce') }
}
