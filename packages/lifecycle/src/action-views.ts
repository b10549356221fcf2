import {
  type ActionView,
  type ActsBy,
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

/** What was proposed in a fact of the history: as somebody may read it, and as it is stored, by which two persons are known to say the same. */
export interface ProposedData {
  readonly given: Omit<ProposalToApprove, 'sequence'>
  readonly stored: unknown
}

/** Who asks, when, and what of the history the snapshot does not hold. */
export interface ActionCaller {
  /** As the facts of the request call him. */
  readonly by: ActsBy
  /** ISO 8601. */
  readonly time: string
  /** The document of the request as it stands. */
  readonly document: FreezeRequest
  /** The block of its words, where they are sealed: they may be out of it or not. */
  readonly sealed?: EncryptedData | undefined
  readonly proposedIn: (sequence: number) => ProposedData | undefined
}

/** What an actor may do on a request as it stands, decided as the ledger would and written nowhere. */
export const actionsOf = (snapshot: RequestSnapshot, asking: ActionCaller, policy: Policy): ActionView[] =>
  commandKinds.filter(isForMembers).map(command => {
    const about = { command, schema: commandSchemaRef(command) }
    const may = { ...about, may: true, joint: needsDualApproval(snapshot, command) } as const
    const second = secondWord(snapshot, command, asking, policy)
    if (second) return { ...may, second }
    const reasons = trialBodies(command, snapshot, asking).map(data => findRefusal(snapshot, { command, data }, asking, policy))
    const [first] = reasons
    return !first || reasons.includes(undefined) ? may : { ...about, may: false, code: first.code, message: first.message }
  })

/** The oldest proposal of another person of the same side that this one may agree to. */
function secondWord(snapshot: RequestSnapshot, command: CommandKind, asking: ActionCaller, policy: Policy): ProposalToApprove | undefined {
  for (const { command: proposed, actor: proposedBy, sequence } of snapshot.state.context.proposals) {
    if (proposed !== command || memberRolePrefixOf(proposedBy) !== memberRolePrefixOf(asking.by.actor)) continue
    const words = asking.proposedIn(sequence)
    if (words && !findRefusal(snapshot, { command, data: words.stored }, asking, policy)) return { sequence, ...words.given }
  }
  return undefined
}

/** Why a command would be refused; undefined where it would be taken, or proposed. */
export function findRefusal(
  snapshot: RequestSnapshot,
  { command: kind, data }: { readonly command: CommandKind; readonly data: unknown },
  { by, time }: Pick<ActionCaller, 'by' | 'time'>,
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
  const decision = decide(snapshot, command, policy)
  if (decision.outcome === 'refused') return decision.refused.data
  return decision.outcome === 'dropped' ? decision.refusal : undefined
}
