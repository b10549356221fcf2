import type { WaitingDecisions } from '@holdfast/core'
import type { LedgerFact } from '@holdfast/schemas'
import type { ProposedCommand } from '../language/index.ts'
import { isFact, isKnownFact } from '../language/index.ts'
import type { RequestSummary } from '../lifecycle/request-summary.ts'

const inReview = 'received.awaitingReview'
/** The statechart keeps at most one proposal of a verification, which ends with the review. */
const verification: ProposedCommand = 'ApproveVerification'

/** Facts that wait for a second officer, or for the decision of the requesting country on money that moved onward. */
export const decisions: WaitingDecisions<RequestSummary> = {
  approvalOf(fact: LedgerFact): ProposedCommand | undefined {
    if (!isKnownFact(fact)) return undefined
    if (isFact(fact, 'ActionProposed')) return fact.data.command
    return isFact(fact, 'VerificationProposed') ? verification : undefined
  },
  mayHaveProposals: ({ resultingState: { proposals = [], states } }) => proposals.length > 0 || states.includes(inReview),
  isOpen: ({ resultingState: { proposals = [], states } }, { sequence, command }) =>
    proposals.some(proposal => proposal.sequence === sequence) || (command === verification && states.includes(inReview)),
  awaitsDecision: fact =>
    isKnownFact(fact) && (isFact(fact, 'ActionProposed') || (isFact(fact, 'MovedOnwardReported') && fact.data.proposed !== undefined)),
  awaitedBy: ({ resultingState: { proposals = [] }, movedOnward }) => [
    ...proposals.map(({ sequence }) => sequence),
    ...movedOnward.flatMap(({ report, declined }) => (report !== undefined && !declined ? [report] : [])),
  ],
}
