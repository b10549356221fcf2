import { toMinor } from '@holdfast/schemas'
import type { Rule } from './rule.ts'

export const requestedAmount: Rule = {
  id: 'V06',
  severity: 'ask',
  title: 'Not more is asked to be frozen than was paid, and in the currency it was paid in',
  source: 'Regulation (EU) 2018/1805 Art. 1(3)',
  check({ payment, requestedAmount: requested }) {
    if (!requested) return []
    if (requested.currency !== payment.amount.currency)
      return [
        {
          path: '/requestedAmount/currency',
          message: `the payment was in ${payment.amount.currency}: ask for an amount in that currency, or for none to have all of it frozen`,
        },
      ]
    const [asked, paid] = [toMinor(requested), toMinor(payment.amount)]
    // An amount that can't be read is V05's to speak of.
    if (asked === undefined || paid === undefined || asked <= paid) return []
    return [
      { path: '/requestedAmount/value', message: 'more is asked to be frozen than was paid: ask for the amount of the payment at most' },
    ]
  },
}
