import {
  type ActionView,
  type ActorWithProof,
  type Command,
  type CommandKind,
  commandKinds,
  commandSchemaRef,
  commandType,
  type EncryptedData,
  type FreezeRequest,
  memberRolePrefixOf,
  type Policy,
  type ProposalToApprove,
  type Refusal,
} from '@holdfast/schemas'
import { decide } from './decide.ts'
import { needsDualApproval } from './dual-approval.ts'
import { isForMembers } from './permissions.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { trialBodies } from './trial-bodies.ts'

/** The data of a proposal: as a reader may see it, and as it is stored, which the approval is compared with. */
export interface ProposedData {
  readonly given: Omit<ProposalToApprove, 'sequence'>
  readonly stored: unknown
}

/** The caller, the time, and data that the snapshot does not have. */
export interface ActionCaller {
  /** The actor as the facts of the request name it. */
  readonly by: ActorWithProof
  /** ISO 8601. */
  readonly time: string
  /** The current document of the request. */
  readonly document: FreezeRequest
  /** The encrypted field of the document, if it is encrypted. The document may still be decrypted. */
  readonly encrypted?: EncryptedData | undefined
  /** The feature level of the ledger; undefined allows each kind of fact. */
  readonly level?: number | undefined
  readonly proposedIn: (sequence: number) => ProposedData | undefined
}

/** What an actor may do on a request in its current state. Decided like in the ledger, but nothing is written. */
export const actionsOf = (snapshot: RequestSnapshot, asking: ActionCaller, policy: Policy): ActionView[] =>
  commandKinds.filter(isForMembers).map(command => {
    const about = { command, schema: commandSchemaRef(command) }
    const may = { ...about, may: true, needsApproval: needsDualApproval(command, snapshot.state) } as const
    const second = proposalToApprove(snapshot, command, asking, policy)
    if (second) return { ...may, second }
    const reasons = trialBodies(command, snapshot, asking).map(data => findRefusal(snapshot, { command, data }, asking, policy))
    const [first] = reasons
    return !first || reasons.includes(undefined) ? may : { ...about, may: false, code: first.code, message: first.message }
  })

/** The oldest proposal of another person of the same member role that this one can approve. */
function proposalToApprove(
  snapshot: RequestSnapshot,
  command: CommandKind,
  asking: ActionCaller,
  policy: Policy,
): ProposalToApprove | undefined {
  for (const { command: proposed, actor: proposedBy, sequence } of snapshot.state.context.proposals) {
    if (proposed !== command || memberRolePrefixOf(proposedBy) !== memberRolePrefixOf(asking.by.actor)) continue
    const words = asking.proposedIn(sequence)
    if (words && !findRefusal(snapshot, { command, data: words.stored }, asking, policy)) return { sequence, ...words.given }
  }
  return undefined
}

/** Why a command would be refused; undefined if it would be accepted or proposed. */
export function findRefusal(
  snapshot: RequestSnapshot,
  { command: kind, data }: { readonly command: CommandKind; readonly data: unknown },
  { by, time, level }: Pick<ActionCaller, 'by' | 'time' | 'level'>,
  policy: Policy,
): Refusal | undefined {
  const command = {
    specversion: '1.0',
    id: 'trial',
    source: '/holdfast/trial',
    type: commandType(kind),
    subject: snapshot.requestId,
    time,
    ...by,
    data,
  } as Command
  const decision = decide(snapshot, command, policy, level)
  if (decision.outcome === 'refused') return decision.refused.data
  return decision.outcome === 'dropped' ? decision.refusal : undefined
}
