import {
  type Encryptable,
  isPseudonymous,
  memberRolePrefixOf,
  proofSubjectOf,
  type Signable,
  unsignedDigestName,
  unsignedDigestOf,
} from '@holdfast/schemas'

/** An open proposal (V17). */
export interface ProposedAction {
  readonly command: string
  /** Of command and data. The approval must have the same digest. */
  readonly digest: string
  readonly actor: string
  /** What proves the proposer; null without proof. */
  readonly proof: string | null
  readonly sequence: number
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
 * The digest by which an approval is matched to a proposal, in any order of properties (RFC 8785, SHA-256) and with or
 * without signatures. Encrypted data has it as a blind index, since ciphertexts of equal data differ.
 */
export function proposalDigestOf(command: string, data: object): string {
  const { signed: _signature, ...submitted } = data as Signable & Encryptable
  return submitted.encrypted?.blindIndexes?.[unsignedDigestName] ?? unsignedDigestOf(command, submitted)
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
  command: string,
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
