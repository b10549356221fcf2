import type { Observation, Rule } from './rule.ts'

/** Clocks of two countries' systems differ; more than this is a mistake. */
const skewMaxMs = 5 * 60_000
const dayMs = 24 * 3_600_000
/** A payment can be settled days after it was executed, over weekends and holidays; a month is a mistyped date. */
const settlementMaxMs = 31 * dayMs

/** Asked about, not rejected: a time is mistyped more often than invented. */
export const times: Rule = {
  id: 'V08',
  severity: 'ask',
  title: 'The payment was made, then reported, then sent here; it was settled around then and recalled afterwards',
  source: 'ISO 20022 camt.056, original settlement date and creation time',
  check({ reportedAt, payment, recall }, { at }) {
    const executed = Date.parse(payment.executedAt)
    const reported = Date.parse(reportedAt)
    const latest = at.getTime() + skewMaxMs
    const found: Observation[] = []
    if (executed > latest)
      found.push({ path: '/payment/executedAt', message: 'the payment lies in the future: give the time at which it was executed' })
    if (reported > latest)
      found.push({ path: '/reportedAt', message: 'the report lies in the future: give the time at which the victim reported' })
    if (executed > reported)
      found.push({ path: '/reportedAt', message: 'the fraud was reported before the payment was executed: correct either time' })
    if (payment.settlementDate !== undefined && !settlesSoonAfter(executed, payment.settlementDate))
      found.push({
        path: '/payment/settlementDate',
        message: 'the settlement date is not within a month after the payment was executed: correct either',
      })
    if (recall.at !== undefined && Date.parse(recall.at) > latest)
      found.push({ path: '/recall/at', message: 'the recall lies in the future: give the time at which the bank sent it' })
    if (recall.at !== undefined && Date.parse(recall.at) < executed)
      found.push({ path: '/recall/at', message: 'the recall is older than the payment: give the time at which the bank sent it' })
    return found
  },
}

/** A date has no time zone, so it may lie a day before the instant in UTC. */
function settlesSoonAfter(executed: number, settlementDate: string): boolean {
  const settled = Date.parse(`${settlementDate}T00:00:00Z`)
  return settled + 2 * dayMs >= executed && settled - executed <= settlementMaxMs
}
