import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

export const keyBytes = 32

/** The data key of a request for one country, as its three derived keys: for encryption, nonces and salts. */
export interface RequestKey {
  readonly encryption: KeyObject
  readonly nonces: KeyObject
  readonly salts: KeyObject
}

/**
 * Derives them from 32 random bytes by HKDF-SHA-256 (RFC 5869). Its two steps are written out: the first is shared by
 * the three keys, and for 32 bytes the second is one HMAC. Create it once per key. Throws RangeError for another
 * length.
 */
export function createRequestKey(bytes: Uint8Array): RequestKey {
  if (bytes.length !== keyBytes) throw new RangeError(`A key has ${keyBytes} bytes, not ${bytes.length}`)
  const extracted = createSecretKey(createHmac('sha256', 'holdfast').update(bytes).digest())
  const derived = (purpose: string): KeyObject =>
    createSecretKey(createHmac('sha256', extracted).update(`holdfast.sealed.v1 ${purpose}\u0001`).digest())
  return { encryption: derived('encrypt'), nonces: derived('nonce'), salts: derived('salt') }
}
