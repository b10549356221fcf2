import { toMinor } from '../language/index.ts'
import type { Rule } from './rule.ts'

/**
 * Compares only amounts in the threshold's own currency (USD). A conversion by the rate of the day would give a replay
 * another result.
 */
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
