import { currencySchema } from '@holdfast/schemas'
import { z } from 'zod'
import { minorDigitsOf } from './currencies.ts'

/** ISO 20022 ActiveCurrencyAndAmount: at most 18 digits, at most 5 of them decimals, never negative. */
const amountPattern = /^(0|[1-9]\d{0,17})(\.\d{1,5})?$/

export const moneySchema = z.strictObject({
  currency: currencySchema,
  value: z
    .string('must be a decimal in a string, such as "42300000.00"; a number loses cents')
    .regex(amountPattern, 'must be a decimal of at most 18 digits, 5 of them decimals, without sign or spaces')
    .refine(value => value.replace('.', '').length <= 18, 'must have at most 18 digits'),
})
export type Money = z.output<typeof moneySchema>

/** Money of more than zero. */
export const positiveMoneySchema = moneySchema.refine(money => /[1-9]/.test(money.value), {
  path: ['value'],
  error: 'must be more than zero',
})

/**
 * The exact amount in minor units of its currency (cents, yen, fils). Undefined if the currency is not in ISO 4217 or the
 * value has more decimals than the currency, which rule V05 reports.
 */
export function toMinor(money: Money): bigint | undefined {
  const digits = minorDigitsOf(money.currency)
  if (digits === undefined) return undefined
  const [whole = '0', fraction = ''] = money.value.split('.')
  const kept = fraction.slice(0, digits)
  if (/[1-9]/.test(fraction.slice(digits))) return undefined
  return BigInt(whole + kept.padEnd(digits, '0'))
}

/** The decimal string of an amount in minor units, with all decimals of its currency. Throws on an unknown currency. */
export function fromMinor(currency: string, amountMinor: bigint): Money {
  const digits = minorDigitsOf(currency)
  if (digits === undefined) throw new Error(`${currency} is not in ISO 4217`)
  if (amountMinor < 0n) throw new Error('money is never negative')
  const text = amountMinor.toString().padStart(digits + 1, '0')
  return { currency, value: digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}` }
}
