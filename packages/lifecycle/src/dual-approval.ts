import {
  type Command,
  type CommandKind,
  type DualApprovalCommand,
  dualApprovalOnceHeld,
  isDualApprovalCommand,
  type Refusal,
} from '@holdfast/schemas'
import type { CommandContext } from './command-context.ts'
import { explain } from './explain.ts'
import type { Body } from './fact-body.ts'
import { eventOf } from './fact-of-decision.ts'
import { areComparable, firstProposalFor, isSamePerson, type ProvenActor, proposalDigestOf } from './proposal.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { phaseOf } from './states.ts'
import { transition } from './transition.ts'

const speakerOf = ({ actor, actorproof: proof }: Pick<Command, 'actor' | 'actorproof'>): ProvenActor => ({ actor, proof })

const onceHeld: readonly CommandKind[] = dualApprovalOnceHeld

/** V17: once money is held, these are not one person's to do; to destroy words never is. */
export const needsDualApproval = ({ state }: RequestSnapshot, kind: CommandKind): kind is DualApprovalCommand =>
  isDualApprovalCommand(kind) && (phaseOf(state) === 'frozen' || !onceHeld.includes(kind))

/**
 * What is asked for, where one person may do it. Of what takes two, the fact once the second person says what the first one said; the proposal when this is the first. A proposal is refused for
 * whatever the act would be.
 */
export function withDualApproval({ snapshot, command, kind, actor, policy }: CommandContext, wanted: Body): Body | Refusal {
  if (!needsDualApproval(snapshot, kind)) return wanted
  const digest = proposalDigestOf(kind, command.data)
  const needsProof = policy.personsNeedProof(actor.country)
  const said = firstProposalFor(snapshot.state.context.proposals, kind, digest, speakerOf(command), needsProof)
  if (said.by === 'the same person')
    return {
      code: 'SAME_PERSON',
      message: 'who proposed it can not agree to it: another person of the same side and role must say the same',
    }
  const agreed = (proposedBy: string) => ({ ...wanted, data: { ...wanted.data, proposedBy } }) as Body
  if (said.by === 'another') return agreed(said.proposedBy)
  const proposal: Body = { type: 'ActionProposed', data: { command: kind, words: digest, data: command.data } }
  // Would it be done if another had proposed it?
  const another = `${command.actor}/another`
  const proposed = transition(snapshot.state, eventOf(snapshot, { ...command, actor: another }, proposal))
  const event = eventOf(snapshot, command, agreed(another))
  return transition(proposed, event) === proposed ? explain(snapshot, kind, event) : proposal
}

/** What is wrong with one of two persons before it is looked at what the other has said (V17). */
export function refusalOfApprover({ snapshot, command, kind, actor, policy }: CommandContext): Refusal | undefined {
  const { officers, proposedBy, proof } = snapshot.state.context.review
  const verifies = officers > 1 && (kind === 'ProposeVerification' || kind === 'ApproveVerification')
  if (!verifies && !needsDualApproval(snapshot, kind)) return undefined
  const needsProof = policy.personsNeedProof(actor.country)
  if (needsProof && command.actorproof === undefined)
    return {
      code: 'PERSON_UNPROVED',
      message: `${kind} is for two persons, and a key of ${actor.country} has said who this one is: sign with the person's own key, or sign in`,
    }
  if (kind !== 'ApproveVerification' || !verifies || proposedBy === null) return undefined
  if (!areComparable(proposedBy, command.actor))
    return {
      code: 'SAME_PERSON',
      message:
        'the verification was proposed before words were sealed, so that who did can not be told from you: ask the requester something, and propose it anew',
    }
  if (isSamePerson({ actor: proposedBy, proof }, speakerOf(command)))
    return { code: 'SAME_PERSON', message: 'who proposed the verification can not approve it' }
  if (needsProof && proof === null)
    return {
      code: 'PERSON_UNPROVED',
      message: 'a key of the country has said who proposed the verification: ask the requester something, and propose it anew',
    }
  return undefined
}
