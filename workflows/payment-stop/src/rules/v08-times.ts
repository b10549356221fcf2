import type { Observation } from '@holdfast/core'
import type { Rule } from './rule.ts'

/** Clocks of two countries' systems differ; a larger difference is a mistake. */
const skewMaxMs = 5 * 60_000
const dayMs = 24 * 3_600_000
/** Settlement can follow days after execution, over weekends and holidays; a month means a mistyped date. */
const settlementMaxMs = 31 * dayMs

/** Asked about and not rejected, because a wrong time is more often a typing error than an invention. */
export const times: Rule = {
  id: 'V08',
  severity: 'ask',
  title: 'Payment, report and request are in this order, with the settlement near the payment and the recall after it',
  source: 'ISO 20022 camt.056, original settlement date and creation time',
  check({ reportedAt, payment, recall }, { at }) {
    const executed = Date.parse(payment.executedAt)
    const reported = Date.parse(reportedAt)
    const latest = at.getTime() + skewMaxMs
    const found: Observation[] = []
    if (executed > latest)
      found.push({ path: '/payment/executedAt', message: 'the payment is in the future: give the time at which it was executed' })
    if (reported > latest)
      found.push({ path: '/reportedAt', message: 'the report is in the future: give the time at which the victim reported' })
    if (executed > reported)
      found.push({ path: '/reportedAt', message: 'the fraud was reported before the payment was executed: correct either time' })
    if (payment.settlementDate !== undefined && !settlesSoonAfter(executed, payment.settlementDate))
      found.push({
        path: '/payment/settlementDate',
        message: 'the settlement date is not within a month after the payment was executed: correct either',
      })
    if (recall.at !== undefined && Date.parse(recall.at) > latest)
      found.push({ path: '/recall/at', message: 'the recall is in the future: give the time at which the bank sent it' })
    if (recall.at !== undefined && Date.parse(recall.at) < executed)
      found.push({ path: '/recall/at', message: 'the recall is older than the payment: give the time at which the bank sent it' })
    return found
  },
}

/** A date has no time zone, so in UTC it may be a day before the instant. */
function settlesSoonAfter(executed: number, settlementDate: string): boolean {
  const settled = Date.parse(`${settlementDate}T00:00:00Z`)
  return settled + 2 * dayMs >= executed && settled - executed <= settlementMaxMs
}
