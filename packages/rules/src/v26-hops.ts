import { accountNumberOf } from './accounts.ts'
import type { RejectingRule } from './rule.ts'

/** Money is followed over a bounded number of hops, and never twice to the same account. Source: Pix MED 2.0; PTNA. */
export const hops: RejectingRule = {
  id: 'V26',
  severity: 'reject',
  source: 'Pix MED 2.0; INTERPOL Rules on the Processing of Data',
  check({ beneficiaryCountry, payment, parent }, { profiles, chain = [] }) {
    if (parent && parent.hop > profiles.hopsMax)
      return [
        {
          path: '/parent/hop',
          code: 'HOP_LIMIT',
          message: `money is followed over ${profiles.hopsMax} hops at most: ask by mutual legal assistance`,
        },
      ]
    const account = accountNumberOf(payment.creditor.account)
    const seen = chain.some(place => place.country === beneficiaryCountry && accountNumberOf(place.account) === account)
    return seen
      ? [
          {
            path: '/payment/creditor/account',
            code: 'HOP_CYCLE',
            message: 'this case has been at this account before: work on the request that is there',
          },
        ]
      : []
  },
}
