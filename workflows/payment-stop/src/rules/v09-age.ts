import { ageClassOf } from '../law/age.ts'
import type { Rule } from './rule.ts'

const messages = {
  AMBER: 'AMBER: the payment is more than 24 hours old, so the rest of it may move on soon; answer questions at once',
  LATE: 'LATE: the payment is more than 72 hours old; the request goes on, because money has been found later than this before',
} as const

/** Never refused: money has been frozen on day six and later. */
export const age: Rule = {
  id: 'V09',
  severity: 'flag',
  title: 'A payment older than 24 or 72 hours is flagged, and never refused for it',
  source: 'FinCEN FIN-2022-FCT1 (24 h, 72 h); FFKC (72 h)',
  check({ payment }, { at }) {
    const ageClass = ageClassOf(payment.executedAt, at)
    return ageClass === 'GREEN' ? [] : [{ path: '/payment/executedAt', message: messages[ageClass] }]
  },
}
