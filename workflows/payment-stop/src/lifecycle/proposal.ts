import { type FactKind, factsOfCommand } from '../language/index.ts'
import type { ProposedAction } from './context.ts'

interface ApprovedFact {
  readonly type: FactKind
  readonly actor: string
  readonly data: object
}

/** Whether the fact's actor differs from the proposer it names, and that proposal is open (V17). */
export function isSecondApprover(proposals: readonly ProposedAction[], { type, actor, data }: ApprovedFact): boolean {
  const { proposedBy } = data as { proposedBy?: string }
  return (
    proposedBy !== undefined &&
    proposedBy !== actor &&
    proposals.some(proposal => proposal.actor === proposedBy && factsOfCommand(proposal.command).includes(type))
  )
}
