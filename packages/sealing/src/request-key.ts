import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

export const keyBytes = 32

/** The key of a request for the words of one country, as it is used: what encrypts, what nonces are made with, and what salts are. */
export interface RequestKey {
  readonly encryption: KeyObject
  readonly nonces: KeyObject
  readonly salts: KeyObject
}

/**
 * From 32 random bytes, by HKDF-SHA-256 (RFC 5869), whose two steps are written out here: the first is the same for the three keys, and for 32 bytes the second is one HMAC. To be made once for each key. Throws RangeError for another length.
 */
export function createRequestKey(bytes: Uint8Array): RequestKey {
  if (bytes.length !== keyBytes) throw new RangeError(`A key has ${keyBytes} bytes, and not ${bytes.length}`)
  const extracted = createSecretKey(createHmac('sha256', 'holdfast').update(bytes).digest())
  const derived = (purpose: string): KeyObject =>
    createSecretKey(createHmac('sha256', extracted).update(`holdfast.sealed.v1 ${purpose}\u0001`).digest())
  return { encryption: derived('encrypt'), nonces: derived('nonce'), salts: derived('salt') }
}
