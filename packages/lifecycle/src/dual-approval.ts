import {
  type Command,
  type CommandKind,
  type DualApprovalCommand,
  dualApprovalOnceFrozen,
  isDualApprovalCommand,
  type Refusal,
} from '@holdfast/schemas'
import type { CommandContext } from './command-context.ts'
import { explain } from './explain.ts'
import type { Body } from './fact-body.ts'
import { eventOf } from './fact-of-decision.ts'
import { areComparable, findFirstProposal, isSamePerson, type ProvenActor, proposalDigestOf } from './proposal.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { phaseOf } from './states.ts'
import { transition } from './transition.ts'

const provenActorOf = ({ actor, actorproof: proof }: Pick<Command, 'actor' | 'actorproof'>): ProvenActor => ({ actor, proof })

const onceHeld: readonly CommandKind[] = dualApprovalOnceFrozen

/** V17: these commands need dual approval once money is frozen; erasure always does. */
export const needsDualApproval = ({ state }: RequestSnapshot, kind: CommandKind): kind is DualApprovalCommand =>
  isDualApprovalCommand(kind) && (phaseOf(state) === 'frozen' || !onceHeld.includes(kind))

/**
 * Returns the fact if one person is enough, or if this person approves an earlier proposal. Otherwise returns the proposal.
 * A proposal is refused for the same reasons as the fact itself.
 */
export function withDualApproval({ snapshot, command, kind, actor, policy }: CommandContext, wanted: Body): Body | Refusal {
  if (!needsDualApproval(snapshot, kind)) return wanted
  const digest = proposalDigestOf(kind, command.data)
  const needsProof = policy.personsNeedProof(actor.country)
  const first = findFirstProposal(snapshot.state.context.proposals, kind, digest, provenActorOf(command), needsProof)
  if (first.by === 'the same person')
    return {
      code: 'SAME_PERSON',
      message: 'you proposed this action, so you cannot approve it. Another person of your country with the same role must approve it',
    }
  const agreed = (proposedBy: string) => ({ ...wanted, data: { ...wanted.data, proposedBy } }) as Body
  if (first.by === 'another') return agreed(first.proposedBy)
  const proposal: Body = { type: 'ActionProposed', data: { command: kind, proposalDigest: digest, data: command.data } }
  // Checks whether the fact would be accepted after a proposal of another person.
  const another = `${command.actor}/another`
  const proposed = transition(snapshot.state, eventOf(snapshot, { ...command, actor: another }, proposal))
  const event = eventOf(snapshot, command, agreed(another))
  return transition(proposed, event) === proposed ? explain(snapshot, kind, event) : proposal
}

/** Refusals of either person of a dual approval, before the proposal is compared (V17). */
export function refusalOfApprover({ snapshot, command, kind, actor, policy }: CommandContext): Refusal | undefined {
  const { officers, proposedBy, proof } = snapshot.state.context.review
  const verifies = officers > 1 && (kind === 'ProposeVerification' || kind === 'ApproveVerification')
  if (!verifies && !needsDualApproval(snapshot, kind)) return undefined
  const needsProof = policy.personsNeedProof(actor.country)
  if (needsProof && command.actorproof === undefined)
    return {
      code: 'PERSON_UNPROVED',
      message: `${kind} needs dual approval, but only a key of ${actor.country} vouches for this person. Sign with the person's own key, or sign in`,
    }
  if (kind !== 'ApproveVerification' || !verifies || proposedBy === null) return undefined
  if (!areComparable(proposedBy, command.actor))
    return {
      code: 'SAME_PERSON',
      message:
        'the verification was proposed before names were encrypted, so the engine cannot compare you with its proposer. Ask the requesting country a question, then propose it again',
    }
  if (isSamePerson({ actor: proposedBy, proof }, provenActorOf(command)))
    return { code: 'SAME_PERSON', message: 'you proposed the verification, so you cannot approve it' }
  if (needsProof && proof === null)
    return {
      code: 'PERSON_UNPROVED',
      message:
        'only a key of the country vouches for the proposer of the verification. Ask the requesting country a question, then propose it again',
    }
  return undefined
}
