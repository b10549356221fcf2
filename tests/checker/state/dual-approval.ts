import { same } from '../canonical.ts'
import { type Fact, kindOf, memberRolePrefixOf, personOf } from '../ledger/records.ts'
import type { Chart, Proposal } from './chart.ts'

/** The command behind each fact that needs dual approval: all but an erasure only once money is frozen. */
const dualApprovalCommands: Readonly<Record<string, string>> = {
  FreezeConfirmed: 'ConfirmFreeze',
  FreezeExtended: 'ExtendFreeze',
  ReturnInitiated: 'InitiateReturn',
  RequestWithdrawn: 'Withdraw',
  FreezeReleased: 'Release',
  ClosedUnrecovered: 'CloseUnrecovered',
  ErasureOrdered: 'OrderErasure',
  ChallengeDecided: 'DecideChallenge',
}

/** The part of a fact that both officers must have sent: without what the engine adds. */
function saidBoth(fact: Fact, proposal: Proposal): boolean {
  const { proposedBy: _who, deadlines: _armed, extended: _ends, resultingState: _state, ...rest } = fact.data
  // The engine adds why a decided challenge releases the money.
  const { reason: _added, ...decided } = rest
  const said = kindOf(fact) === 'ChallengeDecided' ? decided : rest
  return same(said, proposal.data)
}

/** Why a fact lacks a required dual approval; evaluated on the state before the fact. */
export function dualApprovalProblem(chart: Chart, fact: Fact): string | undefined {
  const kind = kindOf(fact)
  const { proposedBy } = fact.data
  const isReviewed = kind === 'RequestVerified' && chart.state === 'received.awaitingReview' && chart.officers > 1
  const command = dualApprovalCommands[kind]
  if (!isReviewed && (command === undefined || (chart.state !== 'frozen' && command !== 'OrderErasure'))) return undefined
  if (proposedBy === undefined) return 'names no proposer'
  if (personOf(proposedBy) === personOf(fact.actor)) return `was proposed and done by ${fact.actor}`
  if (memberRolePrefixOf(proposedBy) !== memberRolePrefixOf(fact.actor))
    return `was proposed by ${proposedBy} and done by ${fact.actor}, who have different member roles`
  if (isReviewed) return proposedBy === chart.proposedBy ? undefined : `names ${proposedBy}, who has not proposed it`
  const proposed = chart.proposals.filter(each => each.actor === proposedBy && each.command === command)
  if (proposed.length === 0) return `names ${proposedBy}, who has no open proposal`
  return proposed.some(each => saidBoth(fact, each)) ? undefined : `differs from the proposal of ${proposedBy}`
}

/** An approval closes all other proposals of the command. */
export function forgetApproved(chart: Chart, fact: Fact): void {
  const command = dualApprovalCommands[kindOf(fact)]
  chart.proposals = chart.proposals.filter(each => each.command !== command)
}
