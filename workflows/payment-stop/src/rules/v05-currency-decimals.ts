import type { Observation } from '@holdfast/core'
import { type Money, minorDigitsOf, toMinor } from '../language/index.ts'
import type { Rule } from './rule.ts'

/** Yen have no decimals, Kuwaiti dinars three. */
export const currencyDecimals: Rule = {
  id: 'V05',
  severity: 'ask',
  title: 'An amount has a currency of ISO 4217 and no more decimals than that currency',
  source: 'ISO 4217',
  check: ({ payment, requestedAmount }) => [
    ...problemsOf(payment.amount, '/payment/amount'),
    ...(requestedAmount ? problemsOf(requestedAmount, '/requestedAmount') : []),
  ],
}

function problemsOf(money: Money, path: string): Observation[] {
  const digits = minorDigitsOf(money.currency)
  if (digits === undefined)
    return [{ path: `${path}/currency`, message: `${money.currency} is not a currency of ISO 4217: give the currency of the payment` }]
  if (toMinor(money) !== undefined) return []
  const most = digits === 0 ? 'has no decimals' : `has at most ${digits} decimals`
  return [{ path: `${path}/value`, message: `an amount in ${money.currency} ${most}: give the amount of the payment` }]
}
