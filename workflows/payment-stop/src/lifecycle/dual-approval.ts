import { areComparable, isSamePerson, personUnproved, provenActorOf } from '@holdfast/core'
import type { Refusal } from '@holdfast/schemas'
import { type CommandKind, type DualApprovalCommand, dualApprovalOnceFrozen, isDualApprovalCommand } from '../language/index.ts'
import type { CommandContext } from './snapshot.ts'
import { phaseOf } from './states.ts'
import type { StatechartSnapshot } from './transition.ts'

const onceHeld: readonly CommandKind[] = dualApprovalOnceFrozen

/** V17: these commands need dual approval once money is frozen; erasure always does. */
export const needsDualApproval = (kind: CommandKind, state: StatechartSnapshot): kind is DualApprovalCommand =>
  isDualApprovalCommand(kind) && (phaseOf(state) === 'frozen' || !onceHeld.includes(kind))

/** Refusals of either person of a verification by two. It has commands of its own, so the core does not compare them (V17). */
export function refusalOfVerifier({ snapshot, command, kind, actor, policy }: CommandContext): Refusal | undefined {
  const { officers, proposedBy, proof } = snapshot.state.context.review
  if (officers < 2 || (kind !== 'ProposeVerification' && kind !== 'ApproveVerification')) return undefined
  const needsProof = policy.personsNeedProof(actor.country)
  if (needsProof && command.actorproof === undefined) return personUnproved(actor.country)
  if (kind !== 'ApproveVerification' || proposedBy === null) return undefined
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
