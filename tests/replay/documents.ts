import type { FreezeBasis, FreezeRequest, Money, OnwardPayment } from '@holdfast/payment-stop/language'
import { buildRequestNumber, type Overrides } from '@holdfast/test-kit/requests'

export const money = (currency: string, value: string): Money => ({ currency, value })
export const usd = (value: string) => money('USD', value)
export const paid = (amount: Money, payment: Overrides<FreezeRequest['payment']> = {}) => ({ payment: { ...payment, amount } })

const creditorBanks: Readonly<Record<string, string>> = {
  MY: 'KLNGMYKL',
  TH: 'CHAOTHBK',
  AE: 'CREKAEAD',
  SG: 'TEMASGSG',
  JP: 'SUMIJPJT',
  GB: 'THAMGB2L',
  KW: 'SALMKWKW',
}

/** An account without IBAN at a bank of that country. */
export const domestic = (country: string, number = '0099887766'): Overrides<FreezeRequest['payment']> => ({
  creditor: { account: { other: `${country}-${number}` } },
  creditorAgent: { bic: creditorBanks[country] ?? '' },
})

/** A request to that country about a payment to such an account. */
export const requestTo = (country: string, number: number, amount: Money) =>
  buildRequestNumber(number, { beneficiaryCountry: country, ...paid(amount, domestic(country)) })

/** A payment by which money moved onward, to such an account. */
export const onwardTo = (country: string, number: string, executedAt: string): OnwardPayment => ({
  rail: 'SWIFT',
  uetr: `5e1f0000-0000-4000-9000-${number.padStart(12, '0')}`,
  endToEndId: `OUT-${number}`,
  executedAt,
  creditor: { name: 'Onward Trading', account: { other: `${country}-${number}` } },
  creditorAgent: { bic: creditorBanks[country] ?? '' },
})

/** A document with wrong check digits, and its correction. */
export function mistyped(number: number, amount: Money): { wrong: FreezeRequest; corrected: FreezeRequest } {
  const corrected = buildRequestNumber(number, paid(amount))
  const { iban } = corrected.payment.creditor.account as { iban: string }
  return { corrected, wrong: buildRequestNumber(number, paid(amount, { creditor: { account: { iban: `TL00${iban.slice(4)}` } } })) }
}

/** A document that names an account of another country, which two officers must review. */
export const elsewhere = (number: number, amount: Money, iban = 'GB29NWBK60161331926819') =>
  buildRequestNumber(number, paid(amount, { creditor: { account: { iban } } }))

/** An institution's reports of frozen money, and an authority's decisions on a hold. */
export const held = (amount: Money, basis: FreezeBasis, expiresAt?: string) =>
  ({ kind: 'frozen', details: { amount, basis, reference: `HOLD-${amount.value}`, ...(expiresAt ? { expiresAt } : {}) } }) as const
export const confirmation = (reference: string, date: string, expiresAt?: string) => ({
  instrument: 'PROSECUTOR_ORDER' as const,
  authority: 'Prosecutor’s office',
  reference,
  date,
  ...(expiresAt ? { expiresAt } : {}),
})
