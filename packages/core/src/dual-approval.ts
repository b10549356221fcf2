import type { CommandEvent, Refusal } from '@holdfast/schemas'
import { proposedFact } from './common-kinds.ts'
import type { FactBody } from './lifecycle.ts'
import { findFirstProposal, type ProposedAction, type ProvenActor, proposalDigestOf } from './proposal.ts'

export const provenActorOf = ({ actor, actorproof: proof }: Pick<CommandEvent, 'actor' | 'actorproof'>): ProvenActor => ({ actor, proof })

/** A command that needs dual approval, and the fact that it requests. */
interface ToApprove {
  readonly kind: string
  readonly command: CommandEvent
  readonly wanted: FactBody
  readonly proposals: readonly ProposedAction[]
  readonly needsProof: boolean
}

/**
 * The fact, if this person approves a proposal of another one; the proposal, if this person is the first; the refusal, if
 * this person proposed it.
 * @param trial why the fact would be refused after this proposal by another person; undefined if it would be accepted.
 */
export function withDualApproval(
  { kind, command, wanted, proposals, needsProof }: ToApprove,
  trial: (proposal: FactBody, approved: FactBody, proposedBy: string) => Refusal | undefined,
): FactBody | Refusal {
  const digest = proposalDigestOf(kind, command.data)
  const first = findFirstProposal(proposals, kind, digest, provenActorOf(command), needsProof)
  if (first.by === 'the same person')
    return {
      code: 'SAME_PERSON',
      message: 'you proposed this action, so you cannot approve it. Another person of your country with the same role must approve it',
    }
  const agreed = (proposedBy: string): FactBody => ({ ...wanted, data: { ...wanted.data, proposedBy } })
  if (first.by === 'another') return agreed(first.proposedBy)
  const proposal: FactBody = { type: proposedFact, data: { command: kind, proposalDigest: digest, data: command.data } }
  const another = `${command.actor}/another`
  return trial(proposal, agreed(another), another) ?? proposal
}

/** The refusal of a person who needs a proof of its own and has none (V17). */
export const personUnproved = (country: string): Refusal => ({
  code: 'PERSON_UNPROVED',
  message: `this needs dual approval, but only a key of ${country} vouches for this person. Sign with the person's own key, or sign in`,
})
