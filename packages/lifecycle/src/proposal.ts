import {
  blindIndexNames,
  type DualApprovalCommand,
  type Encryptable,
  type FactKind,
  isPseudonymous,
  memberRolePrefixOf,
  provenOf,
  type Signable,
  unsignedDigestOf,
} from '@holdfast/schemas'
import type { ProposedAction } from './context.ts'

/** The command that two persons give for each fact that needs two. */
const commandOf: Readonly<Partial<Record<FactKind, DualApprovalCommand>>> = {
  FreezeConfirmed: 'ConfirmFreeze',
  FreezeExtended: 'ExtendFreeze',
  ReturnInitiated: 'InitiateReturn',
  RequestWithdrawn: 'Withdraw',
  FreezeReleased: 'Release',
  ClosedUnrecovered: 'CloseUnrecovered',
  ErasureOrdered: 'OrderErasure',
}

interface AgreedFact {
  readonly type: FactKind
  readonly actor: string
  readonly data: object
}

/** Whether the fact's actor is another person than the one it names as having proposed it, and that proposal is open (V17). */
export function isSecondApprover(proposals: readonly ProposedAction[], { type, actor, data }: AgreedFact): boolean {
  const { proposedBy } = data as { proposedBy?: string }
  return (
    proposedBy !== undefined &&
    proposedBy !== actor &&
    proposals.some(proposal => proposal.actor === proposedBy && proposal.command === commandOf[type])
  )
}

/** An actor, and what proves who it is, where anything does. */
export interface ProvenActor {
  readonly actor: string
  readonly proof?: string | null | undefined
}

/**
 * Whether two actors are one person: they are called alike, in either case of the letters, or one key or account proves both, whatever they are called. Facts that were written when case still
 * told persons apart stay what they are: only who decides asks this.
 */
export const isSamePerson = (one: ProvenActor, other: ProvenActor): boolean =>
  one.actor.toLowerCase() === other.actor.toLowerCase() || (!!one.proof && !!other.proof && provenOf(one.proof) === provenOf(other.proof))

/** Whether it can be known of two actors if they are one person: a mark in the place of a name is compared with marks alone (ADR 62). */
export const areComparable = (one: string, other: string): boolean => isPseudonymous(one) === isPseudonymous(other)

/**
 * The digest by which two persons are known to say the same, whatever the order of their properties (RFC 8785, SHA-256), and whether one of them, or both, have signed it. Of what is encrypted the block has it: boxes of two commands differ.
 */
export function proposalDigestOf(command: DualApprovalCommand, data: object): string {
  const { signed: _signature, ...said } = data as Signable & Encryptable
  return said.sealed?.marks?.[blindIndexNames.said] ?? unsignedDigestOf(command, said)
}

export type FirstProposal =
  | { readonly by: 'nobody' }
  | { readonly by: 'the same person' }
  | { readonly by: 'another'; readonly proposedBy: string }

/**
 * Who of the speaker's side has proposed what has this digest already. Where persons have to be proved, what somebody has said without that is nobody's word, and neither is that of somebody who
 * can't be told from the speaker: it is proposed anew.
 */
export function firstProposalFor(
  proposals: readonly ProposedAction[],
  command: DualApprovalCommand,
  digest: string,
  speaker: ProvenActor,
  needsProof: boolean,
): FirstProposal {
  const said = proposals.filter(
    proposal =>
      proposal.command === command &&
      proposal.digest === digest &&
      memberRolePrefixOf(proposal.actor) === memberRolePrefixOf(speaker.actor) &&
      areComparable(proposal.actor, speaker.actor) &&
      (!needsProof || proposal.proof !== null),
  )
  const other = said.find(proposal => !isSamePerson(proposal, speaker))
  if (other) return { by: 'another', proposedBy: other.actor }
  return { by: said.length > 0 ? 'the same person' : 'nobody' }
}
