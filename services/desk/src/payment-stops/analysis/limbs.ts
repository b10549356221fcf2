/**
 * An amount in minor units as two integers, `high × 10¹⁰ + low`. Both add up exactly as JavaScript numbers and as
 * SQLite integers. One number can't hold the largest amount (18 digits, in cents).
 * A sum is exact up to 900,000 of the largest amounts.
 */
export interface Limbs {
  readonly high: number
  readonly low: number
}

const base = 10_000_000_000n

export const limbsOf = (amountMinor: bigint): Limbs => ({ high: Number(amountMinor / base), low: Number(amountMinor % base) })

export const minorOfLimbs = (high: number, low: number): bigint => BigInt(high) * base + BigInt(low)
