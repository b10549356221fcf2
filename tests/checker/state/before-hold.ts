import { type Fact, type FreezeDocument, roleOf } from '../ledger/records.ts'
import { accounted, arm, type Chart, disarm, documented, end, isKept, isSame } from './chart.ts'
import type { Moves } from './moves.ts'

const isIn = (chart: Chart, box: string) => chart.state === box || chart.state.startsWith(`${box}.`)
const wrong = (chart: Chart) => `is not possible in ${chart.state}`

/** A new document must fit the earlier facts: same currency, and an amount that covers the money found. */
function fits(chart: Chart, document: FreezeDocument): boolean {
  if (accounted(chart) + chart.released === 0n) return true
  const { currency, requested } = documented(document)
  return currency === chart.currency && requested !== undefined && requested >= accounted(chart)
}

function verify(chart: Chart, fact: Fact): undefined {
  chart.state = 'verified.ordering'
  chart.deadlines = []
  chart.proposedBy = undefined
  chart.verifiedAt ??= fact.time
  arm(chart, fact)
}

/** Returns from a question to the state in which it was asked. */
function answered(chart: Chart, state: string): undefined {
  chart.state = state
  chart.askedIn = undefined
  disarm(chart, 'informationReminder', 'informationDecision')
}

/** Assessed, questioned, verified and ordered. */
export const beforeAHold: Moves = {
  RequestVerified(chart, fact) {
    if (chart.requested === undefined) return 'verifies an unusable amount'
    const { actor } = fact
    if (chart.state === 'received.assessing') {
      if (!actor.startsWith('holdfast/validation/')) return 'is for the rules before a review'
    } else if (chart.state === 'received.awaitingReview') {
      if (roleOf(actor) !== 'officer') return 'is for officers in a review'
    } else return wrong(chart)
    return verify(chart, fact)
  },
  ReviewRequested(chart, { data }) {
    if (chart.state !== 'received.assessing') return wrong(chart)
    chart.state = 'received.awaitingReview'
    chart.officers = data.officers === 1 ? 1 : 2
  },
  VerificationProposed(chart, { actor }) {
    if (chart.state !== 'received.awaitingReview' || chart.proposedBy !== undefined) return wrong(chart)
    chart.proposedBy = actor
  },
  InformationRequested(chart, fact) {
    const [box, inner = ''] = chart.state.split('.')
    const byRules = fact.actor.startsWith('holdfast/validation/')
    if (chart.state === 'received.assessing' ? !byRules : chart.state === 'received.awaitingReview' && roleOf(fact.actor) !== 'officer')
      return `is not for ${fact.actor} in ${chart.state}`
    if (!['received.assessing', 'received.awaitingReview', 'verified.ordering', 'verified.ordered'].includes(chart.state))
      return wrong(chart)
    if (inner === 'ordering') disarm(chart, 'acknowledge', 'acknowledgeEscalation', 'interimAnswer')
    if (inner === 'awaitingReview') chart.proposedBy = undefined
    chart.state = `${box}.awaitingInformation`
    chart.askedIn = inner
    arm(chart, fact)
  },
  InformationProvided(chart, { data: { request } }) {
    if (chart.state === 'verified.awaitingInformation') {
      if (request) return 'brings a document after an order was sent'
      return answered(chart, chart.askedIn === 'ordered' ? 'verified.ordered' : 'verified.ordering')
    }
    if (chart.state !== 'received.awaitingInformation') return wrong(chart)
    if (!request) {
      if (chart.askedIn !== 'awaitingReview') return 'answers a question of the rules without a document'
      return answered(chart, 'received.awaitingReview')
    }
    if (!fits(chart, request)) return 'brings a document that does not cover the money found'
    Object.assign(chart, documented(request), { officers: 2, proposedBy: undefined })
    return answered(chart, 'received.assessing')
  },
  RequestRejected(chart, fact) {
    if (!isIn(chart, 'received') && !isIn(chart, 'verified')) return wrong(chart)
    chart.rejectionCode = fact.data.code
    return end(chart, 'closed.rejected', fact, fact.data.code)
  },
  DuplicateDetected(chart, fact) {
    if (chart.state !== 'received.assessing') return wrong(chart)
    chart.standingRequestId = fact.data.standingRequestId
    return end(chart, 'closed.duplicate', fact)
  },
  OrderAcknowledged(chart) {
    if (chart.state !== 'verified.ordering') return wrong(chart)
    chart.state = 'verified.ordered'
    disarm(chart, 'acknowledge', 'acknowledgeEscalation', 'interimAnswer')
  },
  RequestReopened(chart, fact) {
    if (!isIn(chart, 'closed')) return wrong(chart)
    if (!isKept(chart)) return 'reopens a request whose personal data is erased'
    const { request } = fact.data
    if (request && !fits(chart, request)) return 'brings a document that does not cover the money found'
    Object.assign(chart, request ? documented(request) : {}, {
      state: 'received.assessing',
      revision: chart.revision + 1,
      officers: 2,
      proposedBy: undefined,
      proposals: [],
      shortfallReason: undefined,
      endedAt: undefined,
      endReason: undefined,
      rejectionCode: undefined,
      standingRequestId: undefined,
      deadlines: [],
    })
    arm(chart, fact)
  },
  DeadlineReached(chart, fact) {
    const passed = fact.data as { kind: string; dueAt: string; about?: string }
    const isDecision = passed.kind === 'informationDecision'
    if (passed.kind === 'retention') chart.proposals = []
    chart.deadlines = chart.deadlines.filter(each => !isSame(each, passed))
    if (isDecision && chart.state === 'received.awaitingInformation') answered(chart, 'received.awaitingReview')
    else if (isDecision && chart.state === 'verified.awaitingInformation')
      answered(chart, chart.askedIn === 'ordered' ? 'verified.ordered' : 'verified.ordering')
    arm(chart, fact)
  },
}
