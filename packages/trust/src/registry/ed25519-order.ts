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
  const written = BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)
  return smallOrder.has((written & (2n ** 255n - 1n)) % p)
}
