import { toMinor } from '@holdfast/schemas'
import type { Rule } from './rule.ts'

/** Only an amount in the threshold's own currency (USD) is compared: nothing here converts, as a rate of the day would make a replay find otherwise. */
export const priority: Rule = {
  id: 'V10',
  severity: 'flag',
  title: 'A payment below the threshold goes on with lower priority, and is never refused for it',
  source: 'FFKC: USD 50,000 and more',
  check({ payment }, { profiles }) {
    const { lowPriorityBelow: threshold } = profiles
    if (payment.amount.currency !== threshold.currency) return []
    const [paid, limit] = [toMinor(payment.amount), toMinor(threshold)]
    if (paid === undefined || limit === undefined || paid >= limit) return []
    return [
      {
        path: '/payment/amount',
        message: `the payment is below ${threshold.currency} ${threshold.value}: the request goes on with lower priority`,
      },
    ]
  },
}
