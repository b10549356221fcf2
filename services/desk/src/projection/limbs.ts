/**
 * An amount in minor units as two whole numbers, `high × 10¹⁰ + low`, which add up exactly as numbers of JavaScript and as integers of SQLite, where the largest amount (18 digits, in cents) is none.
 * A sum is exact up to 900,000 of the largest amounts.
 */
export interface Limbs {
  readonly high: number
  readonly low: number
}

const base = 10_000_000_000n

export const limbsOf = (amountMinor: bigint): Limbs => ({ high: Number(amountMinor / base), low: Number(amountMinor % base) })

export const minorOfLimbs = (high: number, low: number): bigint => BigInt(high) * base + BigInt(low)
