import { same } from '../canonical.ts'
import { type Fact, kindOf, memberRolePrefixOf, personOf } from '../ledger/records.ts'
import type { Chart, Proposal } from './chart.ts'

/** The command that two persons give for each fact that needs two: all but the last once money is held. */
const jointCommands: Readonly<Record<string, string>> = {
  FreezeConfirmed: 'ConfirmFreeze',
  FreezeExtended: 'ExtendFreeze',
  ReturnInitiated: 'InitiateReturn',
  RequestWithdrawn: 'Withdraw',
  FreezeReleased: 'Release',
  ClosedUnrecovered: 'CloseUnrecovered',
  ErasureOrdered: 'OrderErasure',
}

/** What the second person has to have said too: the fact without what the engine adds. */
function saidBoth(fact: Fact, proposal: Proposal): boolean {
  const { proposedBy: _who, deadlines: _armed, extended: _ends, ledTo: _state, ...said } = fact.data
  return same(said, proposal.data)
}

/** Why a fact does not have two persons behind it, where it needs them: it is asked before the fact is folded. */
export function dualApprovalProblem(chart: Chart, fact: Fact): string | undefined {
  const kind = kindOf(fact)
  const { proposedBy } = fact.data
  const isReviewed = kind === 'RequestVerified' && chart.state === 'received.awaitingReview' && chart.officers > 1
  const command = jointCommands[kind]
  if (!isReviewed && (command === undefined || (chart.state !== 'frozen' && command !== 'OrderErasure'))) return undefined
  if (proposedBy === undefined) return 'names nobody who proposed it'
  if (personOf(proposedBy) === personOf(fact.actor)) return `was proposed and done by ${fact.actor}`
  if (memberRolePrefixOf(proposedBy) !== memberRolePrefixOf(fact.actor))
    return `was proposed by ${proposedBy} and done by ${fact.actor}, who are of two sides`
  if (isReviewed) return proposedBy === chart.proposedBy ? undefined : `names ${proposedBy}, who has not proposed it`
  const proposed = chart.proposals.filter(each => each.actor === proposedBy && each.command === command)
  if (proposed.length === 0) return `names ${proposedBy}, whose proposal is not open`
  return proposed.some(each => saidBoth(fact, each)) ? undefined : `says something else than ${proposedBy} proposed`
}

/** Once two have agreed, no other proposal of that command is open. */
export function forgetApproved(chart: Chart, fact: Fact): void {
  const command = jointCommands[kindOf(fact)]
  chart.proposals = chart.proposals.filter(each => each.command !== command)
}
