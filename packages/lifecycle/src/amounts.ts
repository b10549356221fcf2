import { fromMinor, type Money, toMinor } from '@holdfast/schemas'

/** An amount in minor units as it lives in a snapshot: a decimal integer in a string, since JSON has no integers beyond 2^53. */
export type Minor = string

export const nothing: Minor = '0'

export const addMinor = (a: Minor, b: Minor): Minor => (BigInt(a) + BigInt(b)).toString()
export const subtractMinor = (a: Minor, b: Minor): Minor => (BigInt(a) - BigInt(b)).toString()
export const exceeds = (a: Minor, b: Minor): boolean => BigInt(a) > BigInt(b)

/** The amount in minor units; undefined when its currency or decimals are not usable (V05). */
export const minorOf = (money: Money | undefined): Minor | undefined => (money === undefined ? nothing : toMinor(money)?.toString())

export const moneyOf = (currency: string, amountMinor: Minor): Money => fromMinor(currency, BigInt(amountMinor))
