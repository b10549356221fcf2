import { fromMinor, type Money, toMinor } from '../language/index.ts'

/** An amount in minor units, as a decimal integer in a string, because JSON has no integers above 2^53. */
export type Minor = string

export const nothing: Minor = '0'

export const addMinor = (a: Minor, b: Minor): Minor => (BigInt(a) + BigInt(b)).toString()
export const subtractMinor = (a: Minor, b: Minor): Minor => (BigInt(a) - BigInt(b)).toString()
export const exceeds = (a: Minor, b: Minor): boolean => BigInt(a) > BigInt(b)

/** The amount in minor units; undefined if its currency or decimals are invalid (V05). */
export const minorOf = (money: Money | undefined): Minor | undefined => (money === undefined ? nothing : toMinor(money)?.toString())

export const moneyOf = (currency: string, amountMinor: Minor): Money => fromMinor(currency, BigInt(amountMinor))
