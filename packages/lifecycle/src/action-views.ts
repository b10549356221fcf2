import {
  type ActionView,
  type Command,
  type CommandKind,
  commandKinds,
  commandSchemaRef,
  commandType,
  type FreezeRequest,
  formatActor,
  type MemberActor,
  type Refusal,
  type SealedBlock,
  type SecondWord,
  sideOf,
} from '@holdfast/schemas'
import { decide, needsTwo } from './decide.ts'
import type { Policy } from './policy.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { trialBodies } from './trial-bodies.ts'
import { isForMembers } from './who-may.ts'

/** What was proposed in a fact of the history. */
export type ProposedWords = (sequence: number) => Pick<SecondWord, 'at' | 'data'> | undefined

/** Who asks, when, and what of the history the snapshot does not hold. */
export interface ActionAsker {
  readonly actor: MemberActor
  /** ISO 8601. */
  readonly time: string
  /** The document of the request as it stands. */
  readonly document: FreezeRequest
  /** The block of its words, where they are sealed: they may be out of it or not. */
  readonly sealed?: SealedBlock | undefined
  readonly proposedIn: ProposedWords
}

/** What an actor may do on a request as it stands, decided as the ledger would and written nowhere. */
export const actionsOf = (snapshot: RequestSnapshot, asking: ActionAsker, policy: Policy): ActionView[] =>
  commandKinds.filter(isForMembers).map(command => {
    const about = { command, schema: commandSchemaRef(command) }
    const may = { ...about, may: true, joint: needsTwo(snapshot, command) } as const
    const second = secondWord(snapshot, command, asking, policy)
    if (second) return { ...may, second }
    const reasons = trialBodies(command, snapshot, asking).map(data => whyNot(snapshot, { command, data }, asking, policy))
    const [first] = reasons
    return !first || reasons.includes(undefined) ? may : { ...about, may: false, code: first.code, message: first.message }
  })

/** The oldest proposal of another person of the same side that this one may agree to. */
function secondWord(snapshot: RequestSnapshot, command: CommandKind, asking: ActionAsker, policy: Policy): SecondWord | undefined {
  const actor = formatActor(asking.actor)
  for (const { command: proposed, actor: proposedBy, sequence } of snapshot.state.context.proposals) {
    if (proposed !== command || sideOf(proposedBy) !== sideOf(actor)) continue
    const words = asking.proposedIn(sequence)
    if (words && !whyNot(snapshot, { command, data: words.data }, asking, policy)) return { sequence, proposedBy, ...words }
  }
  return undefined
}

/** Why a command would be refused; undefined where it would be taken, or proposed. */
export function whyNot(
  snapshot: RequestSnapshot,
  { command: kind, data }: { readonly command: CommandKind; readonly data: unknown },
  { actor, time }: Pick<ActionAsker, 'actor' | 'time'>,
  policy: Policy,
): Refusal | undefined {
  const command = {
    specversion: '1.0',
    id: 'trial',
    source: '/holdfast/trial',
    type: commandType(kind),
    subject: snapshot.requestId,
    time,
    actor: formatActor(actor),
    ...(actor.proof ? { actorproof: actor.proof } : {}),
    data,
  } as Command
  const decision = decide(snapshot, command, policy)
  if (decision.outcome === 'refused') return decision.refused.data
  return decision.outcome === 'dropped' ? decision.refusal : undefined
}
