import { requestedMoneyOf, toMinor } from '@holdfast/schemas'
import type { Observation, Rule } from './rule.ts'

/**
 * Two officers of the beneficiary country look at what its profile says they should: every request, or those for more than an amount.
 * The number is that of the two-person rule, which is what such a request meets next. An amount in another currency than the threshold's is
 * not converted, so it is not caught. Source: Regulation (EU) 2018/1805, an authority's act validated by another.
 */
export const review: Rule = {
  id: 'V17',
  severity: 'review',
  source: 'the profile of the beneficiary country; Regulation (EU) 2018/1805 Art. 2(1)',
  check(request, { profiles }) {
    const { always, threshold } = profiles.of(request.beneficiaryCountry).review
    const found: Observation[] = []
    if (always)
      found.push({
        path: '/beneficiaryCountry',
        message: `${request.beneficiaryCountry} has two officers look at every request: nothing is needed of you`,
      })
    if (!threshold) return found
    const requested = requestedMoneyOf(request)
    const [asked, limit] = [toMinor(requested), toMinor(threshold)]
    if (requested.currency === threshold.currency && asked !== undefined && limit !== undefined && asked > limit)
      found.push({
        path: request.requestedAmount ? '/requestedAmount' : '/payment/amount',
        message: `${request.beneficiaryCountry} has two officers look at requests above ${threshold.currency} ${threshold.value}: nothing is needed of you`,
      })
    return found
  },
}
