import { type Fact, memberRolePrefixOf } from '../ledger/records.ts'
import { type Money, minorOf } from '../money.ts'
import {
  accounted,
  arm,
  type Chart,
  disarm,
  end,
  frozen,
  type Hold,
  hasEnded,
  held,
  isKept,
  phaseOf,
  releaseRest,
  setHolds,
} from './chart.ts'
import { forgetApproved } from './dual-approval.ts'
import type { Moves } from './moves.ts'

const wrong = (chart: Chart) => `is not possible in ${chart.state}`
const amountIn = (money: Money | undefined): bigint => (money && minorOf(money)) ?? 0n
const consentReasons = ['RQDA', 'ADAC', 'CUST', 'NOAS']
/** The most open proposals of one member role. */
const proposalsMax = 8

/** None of the money is here: an end before a hold, and only a remark next to one. */
function nothingMore(state: string): Moves[string] {
  return (chart, fact) => {
    const { reason } = fact.data
    if (phaseOf(chart) === 'verified') return end(chart, chart.moved.length > 0 ? 'closed.movedOnward' : state, fact, reason)
    if (chart.state !== 'frozen' || chart.coverage !== 'partial') return wrong(chart)
    chart.shortfallReason = reason
    chart.shortfallReport = fact.sequence
  }
}

/** Reduces the oldest hold first. */
function settle(holds: readonly Hold[], amount: bigint): Hold[] {
  let left = amount
  return holds.flatMap(hold => {
    const taken = left < hold.amount ? left : hold.amount
    left -= taken
    return taken === hold.amount ? [] : [{ ...hold, amount: hold.amount - taken }]
  })
}

/** What happens to found money. sums.ts checks the amounts; here they only determine the state. */
export const holding: Moves = {
  FreezeReported(chart, fact) {
    const { amount, expiresAt } = fact.data
    const isFirst = phaseOf(chart) === 'verified'
    if (!isFirst && (chart.state !== 'frozen' || chart.coverage !== 'partial')) return wrong(chart)
    if (expiresAt === undefined) return 'has no end for the hold'
    const isAll = chart.moved.length === 0 && frozen(chart) + amountIn(amount) === chart.requested
    if (isFirst)
      Object.assign(chart, {
        state: 'frozen',
        isChallenged: false,
        mandate: 'provisional',
        recovery: 'idle',
        deadlines: [],
        askedIn: undefined,
      })
    chart.coverage = isAll ? 'full' : 'partial'
    chart.holds.push({ amount: amountIn(amount), expiresAt, report: fact.sequence })
    chart.heldAt.push({ report: fact.sequence, time: fact.time })
    chart.shortfallReason = undefined
    arm(chart, fact)
  },
  MovedOnwardReported(chart, fact) {
    const { amount, onward, proposed } = fact.data
    const isVerified = phaseOf(chart) === 'verified'
    if (!isVerified && (chart.state !== 'frozen' || chart.coverage !== 'partial')) return wrong(chart)
    const isAll = accounted(chart) + amountIn(amount) === chart.requested
    const waits = proposed !== undefined && onward !== undefined
    chart.moved.push({ amount: amountIn(amount), report: fact.sequence, waits, declined: false })
    if (isVerified && isAll) end(chart, 'closed.movedOnward', fact)
  },
  NoFundsReported: nothingMore('closed.noFunds'),
  NotFoundReported: nothingMore('closed.notFound'),
  OnwardFollowed(chart, { data: { report } }) {
    const known = chart.moved.find(each => each.report === report)
    if (!known?.waits) return 'agrees to a report that awaits no agreement'
    known.waits = false
  },
  OnwardDeclined(chart, { data: { report } }) {
    const known = chart.moved.find(each => each.report === report)
    if (!known?.waits || known.declined) return 'declines a report that awaits no agreement'
    known.declined = true
  },
  InterimReported(chart, fact) {
    if (phaseOf(chart) !== 'verified' && chart.state !== 'frozen') return wrong(chart)
    disarm(chart, 'acknowledge', 'acknowledgeEscalation', 'interimAnswer')
    if (consentReasons.includes(fact.data.reason ?? '')) disarm(chart, 'consentAnswer')
    arm(chart, fact)
  },
  AnswerCorrected(chart, fact) {
    const { corrects, report, amount } = fact.data
    if (phaseOf(chart) !== 'verified' && chart.state !== 'frozen') return wrong(chart)
    if (corrects === 'frozen') {
      const hold = chart.holds.find(each => each.report === report)
      if (!hold || hold.amount !== amountIn(amount)) return 'corrects a hold that differs'
      if (chart.recovery !== 'idle' || chart.mandate !== 'provisional') return 'corrects a hold that later facts depend on'
      setHolds(
        chart,
        chart.holds.filter(each => each !== hold),
      )
      chart.heldAt = chart.heldAt.filter(each => each.report !== report)
      chart.coverage = 'partial'
      if (chart.holds.length > 0) return undefined
      Object.assign(chart, { state: 'verified.ordered', deadlines: [], proposals: [], shortfallReason: undefined })
      arm(chart, fact)
      return undefined
    }
    if (corrects === 'movedOnward') {
      const moved = chart.moved.find(each => each.report === report)
      if (!moved || moved.amount !== amountIn(amount)) return 'corrects a report that differs'
      chart.moved = chart.moved.filter(each => each !== moved)
      return undefined
    }
    if (chart.shortfallReason === undefined || chart.shortfallReport !== report) return 'corrects a shortfall that does not exist'
    chart.shortfallReason = undefined
  },
  ActionProposed(chart, { actor, sequence, data }) {
    const isOfTheEnd = data.command === 'OrderErasure'
    if (isOfTheEnd ? !hasEnded(phaseOf(chart)) || !isKept(chart) : chart.state !== 'frozen') return wrong(chart)
    const ofThisSide = chart.proposals.filter(each => memberRolePrefixOf(each.actor) === memberRolePrefixOf(actor))
    const displaced = ofThisSide.length < proposalsMax ? undefined : ofThisSide[0]
    chart.proposals = chart.proposals.filter(each => each !== displaced)
    chart.proposals.push({ command: data.command ?? '', actor, sequence, data: data.data })
  },
  FreezeConfirmed(chart, fact) {
    if (chart.state !== 'frozen') return wrong(chart)
    const { expiresAt = null } = fact.data
    const isAgain = chart.mandate === 'confirmed'
    if (isAgain && chart.holds.every(hold => hold.expiresAt === null)) return 'confirms holds without an end'
    if (isAgain && expiresAt === null) disarm(chart, 'confirmedHoldReview')
    chart.mandate = 'confirmed'
    setHolds(
      chart,
      chart.holds.map(hold => (hold.expiresAt === null ? hold : { ...hold, expiresAt })),
    )
    forgetApproved(chart, fact)
    arm(chart, fact)
  },
  FreezeExtended(chart, fact) {
    if (chart.state !== 'frozen') return wrong(chart)
    const ends = new Map(fact.data.extended?.map(each => [each.hold, each.expiresAt]))
    setHolds(
      chart,
      chart.holds.map((hold, nth) => ({ ...hold, expiresAt: ends.get(nth) ?? hold.expiresAt })),
    )
    forgetApproved(chart, fact)
    arm(chart, fact)
  },
  ReturnInitiated(chart, fact) {
    if (chart.state !== 'frozen' || chart.recovery !== 'idle') return wrong(chart)
    chart.recovery = 'returning'
    disarm(chart, 'consentAnswer')
    setHolds(
      chart,
      chart.holds.map(hold => ({ ...hold, expiresAt: null })),
    )
    forgetApproved(chart, fact)
    arm(chart, fact)
  },
  ReturnReported(chart, fact) {
    if (chart.state !== 'frozen' || chart.recovery === 'idle') return wrong(chart)
    const { amount, charges } = fact.data
    const settled = amountIn(amount) + amountIn(charges)
    const isAll = settled === held(chart)
    setHolds(chart, settle(chart.holds, settled))
    chart.recovered += amountIn(amount)
    chart.charges += amountIn(charges)
    if (isAll) return end(chart, 'recovered', fact)
    chart.recovery = 'partlyReturned'
    disarm(chart, 'returnPayment')
    arm(chart, fact)
  },
  RequestWithdrawn(chart, fact) {
    if (chart.state === 'frozen') {
      if (chart.recovery === 'partlyReturned') return 'withdraws a request of which money was returned'
      releaseRest(chart)
    } else if (!['received', 'verified'].includes(phaseOf(chart))) return wrong(chart)
    return end(chart, 'closed.withdrawn', fact)
  },
  FreezeReleased(chart, fact) {
    if (chart.isChallenged && fact.data.reason === 'CHALLENGE_UPHELD') return 'releases for a challenge that is not decided'
    return releasedAs('closed.released')?.(chart, fact)
  },
  ChallengeLodged(chart) {
    if (chart.state !== 'frozen') return wrong(chart)
    if (chart.isChallenged) return 'challenges a freeze whose challenge is not decided'
    chart.isChallenged = true
  },
  ChallengeDecided(chart, fact) {
    if (chart.state !== 'frozen' || !chart.isChallenged) return 'decides a challenge that was not lodged'
    chart.isChallenged = false
    if (fact.data.decision === 'FOR_HOLDER') return releasedAs('closed.released')?.(chart, fact)
    forgetApproved(chart, fact)
  },
  ClosedUnrecovered: releasedAs('closed.unrecovered'),
  HoldExpired(chart, fact) {
    const { dueAt } = fact.data
    if (chart.state !== 'frozen') return wrong(chart)
    const over = chart.holds.filter(hold => hold.expiresAt === dueAt)
    if (over.length === 0) return `ends no hold: none ends at ${dueAt}`
    chart.released += over.reduce((sum, { amount }) => sum + amount, 0n)
    setHolds(
      chart,
      chart.holds.filter(hold => hold.expiresAt !== dueAt),
    )
    chart.coverage = 'partial'
    if (chart.holds.length === 0) end(chart, 'closed.expired', fact)
  },
}

function releasedAs(state: string): Moves[string] {
  return (chart, fact: Fact) => {
    if (chart.state !== 'frozen') return wrong(chart)
    releaseRest(chart)
    return end(chart, state, fact, fact.data.reason)
  }
}
