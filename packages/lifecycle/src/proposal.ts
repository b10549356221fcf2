import {
  blindIndexNames,
  type DualApprovalCommand,
  type Encryptable,
  type FactKind,
  factsOfCommand,
  isPseudonymous,
  memberRolePrefixOf,
  proofSubjectOf,
  type Signable,
  unsignedDigestOf,
} from '@holdfast/schemas'
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

/** An actor and its proof, if there is one. */
export interface ProvenActor {
  readonly actor: string
  readonly proof?: string | null | undefined
}

/**
 * Whether two actors are one person: the same name, ignoring case, or the same key or account behind any names. Older facts
 * that distinguished persons by case stay valid, because only `decide` checks this.
 */
export const isSamePerson = (one: ProvenActor, other: ProvenActor): boolean =>
  one.actor.toLowerCase() === other.actor.toLowerCase() ||
  (!!one.proof && !!other.proof && proofSubjectOf(one.proof) === proofSubjectOf(other.proof))

/** Whether two actors can be compared. A pseudonym can be compared with pseudonyms only (ADR 62). */
export const areComparable = (one: string, other: string): boolean => isPseudonymous(one) === isPseudonymous(other)

/**
 * The digest by which an approval is matched to a proposal, whatever the order of properties (RFC 8785, SHA-256) and with or
 * without signatures. Encrypted data has it as a blind index, since ciphertexts of equal data differ.
 */
export function proposalDigestOf(command: DualApprovalCommand, data: object): string {
  const { signed: _signature, ...submitted } = data as Signable & Encryptable
  return submitted.encrypted?.blindIndexes?.[blindIndexNames.unsignedDigest] ?? unsignedDigestOf(command, submitted)
}

export type FirstProposal =
  | { readonly by: 'none' }
  | { readonly by: 'the same person' }
  | { readonly by: 'another'; readonly proposedBy: string }

/**
 * The proposer of a proposal with this digest in the approver's member role. If persons need proof, proposals without one do
 * not count. Proposals of actors that cannot be compared do not count either, and have to be made again.
 */
export function findFirstProposal(
  proposals: readonly ProposedAction[],
  command: DualApprovalCommand,
  digest: string,
  approver: ProvenActor,
  needsProof: boolean,
): FirstProposal {
  const matching = proposals.filter(
    proposal =>
      proposal.command === command &&
      proposal.digest === digest &&
      memberRolePrefixOf(proposal.actor) === memberRolePrefixOf(approver.actor) &&
      areComparable(proposal.actor, approver.actor) &&
      (!needsProof || proposal.proof !== null),
  )
  const other = matching.find(proposal => !isSamePerson(proposal, approver))
  if (other) return { by: 'another', proposedBy: other.actor }
  return { by: matching.length > 0 ? 'the same person' : 'none' }
}
