import { toMinor } from '../language/index.ts'
import type { Rule } from './rule.ts'

export const requestedAmount: Rule = {
  id: 'V06',
  severity: 'ask',
  title: 'The requested amount does not exceed the payment, and has its currency',
  source: 'Regulation (EU) 2018/1805 Art. 1(3)',
  check({ payment, requestedAmount: requested }) {
    if (!requested) return []
    if (requested.currency !== payment.amount.currency)
      return [
        {
          path: '/requestedAmount/currency',
          message: `the payment was in ${payment.amount.currency}: give an amount in that currency, or none to freeze the whole payment`,
        },
      ]
    const [asked, paid] = [toMinor(requested), toMinor(payment.amount)]
    // V05 reports an invalid amount.
    if (asked === undefined || paid === undefined || asked <= paid) return []
    return [{ path: '/requestedAmount/value', message: 'the requested amount exceeds the payment: give at most the amount of the payment' }]
  },
}
