/** The field of Curve25519 (RFC 8032, 5.1). */
const p = 2n ** 255n - 19n
/** The y of two points of order eight; the other two have its negative. */
const ofOrderEight = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n
const smallOrder: ReadonlySet<bigint> = new Set([0n, 1n, p - 1n, ofOrderEight, p - ofOrderEight])

/**
 * Whether 32 bytes are one of the eight points of Ed25519 that come back to themselves within eight steps, in whichever way it is written: with one of them for a key a signature can be made up that fits any message.
 * OpenSSL takes them for keys.
 */
export function hasSmallOrder(bytes: Uint8Array): boolean {
  return smallOrder.has(yOf(bytes) % p)
}

/** Whether 32 bytes are the one canonical encoding of a point: its y is smaller than p (RFC 8032, 5.1.3). OpenSSL takes the others too, so that one key would have two. */
export const isCanonicalPoint = (bytes: Uint8Array): boolean => yOf(bytes) < p

/** The y that is written, without the bit of the sign of x. */
const yOf = (bytes: Uint8Array): bigint => BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`) & (2n ** 255n - 1n)
