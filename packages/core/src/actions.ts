import {
  type Actor,
  type ActorWithProof,
  type CommandEvent,
  commandTypePrefix,
  type EncryptedData,
  memberRolePrefixOf,
  type Problem,
  type ProposalToApprove,
  type Refusal,
  type Result,
} from '@holdfast/schemas'
import type { Decider } from './decider.ts'
import type { AnyState, Lifecycle, PermissionOf, PersonPolicy, Snapshot } from './lifecycle.ts'
import { describePermission } from './permissions.ts'
import type { ProposedAction } from './proposal.ts'

/** A command as a reader of a request may give it now, or why not. */
export type Action = {
  readonly command: string
  /** The address of the JSON Schema of its data. */
  readonly schema: string
} & (
  | {
      readonly may: true
      /** Whether the command needs dual approval (V17). */
      readonly needsApproval: boolean
      /** An open proposal of another person that the caller may approve. */
      readonly second?: ProposalToApprove
    }
  | ({ readonly may: false } & Pick<Refusal, 'code' | 'message'>)
)

/** The data of a proposal: as a reader may see it, and as it is stored, which the approval is compared with. */
export interface ProposedData {
  readonly given: Omit<ProposalToApprove, 'sequence'>
  readonly stored: unknown
}

/** Who asks what is allowed, and when. */
export interface Asker {
  /** The actor as the facts of the request name it. */
  readonly by: ActorWithProof
  /** ISO 8601. */
  readonly time: string
  /** The feature level of the ledger; undefined allows each kind of fact. */
  readonly level?: number | undefined
}

/** The current document of a request. */
export interface DocumentInUse<Document> {
  readonly document: Document
  /** The encrypted field of the document, if it is encrypted. The document may still be decrypted. */
  readonly encrypted?: EncryptedData | undefined
}

/** The asker, and data that the snapshot does not have. */
export interface ActionCaller<Document> extends Asker, DocumentInUse<Document> {
  readonly proposedIn: (sequence: number) => ProposedData | undefined
}

/** What a workflow says of its commands, besides the lifecycle. */
export interface ActionDefinition<State, Policy, Document> {
  /** The address of the JSON Schema of a command's data. */
  schemaOf(kind: string): string
  parseBody(kind: string, data: unknown): Result<unknown, Problem[]>
  /** When the command needs dual approval, as a sentence for people; undefined if it never does. */
  describeDualApproval(kind: string): string | undefined
  /**
   * Minimal valid data to try a command on a request: several samples if one may be legal and another not. A refusal of
   * the first sample is then due to the state, the role or the person.
   */
  trialBodies(kind: string, snapshot: Snapshot<State>, current: DocumentInUse<Document>): readonly unknown[]
  /** Whether a command needs dual approval, or may need it in a later state. */
  mayNeedDualApproval(kind: string, snapshot: Snapshot<State> | undefined): boolean
  /** Why an actor may not give a command for the institution of the request. */
  findInstitutionObstacle?(snapshot: Snapshot<State>, command: CommandEvent, actor: Actor, policy: Policy): Refusal | undefined
}

/** The commands of a workflow as members give them. Decided like in the ledger, but nothing is written. */
export interface Actions<State, Policy, Document> extends Omit<ActionDefinition<State, Policy, Document>, 'schemaOf' | 'trialBodies'> {
  /** All commands, in their published order. */
  readonly kinds: readonly string[]
  /**
   * Whether members give the command on an open request. Requests are opened through an ingress, and the engine gives its
   * own commands.
   */
  isForMembers(kind: string): boolean
  permissionsOf(kind: string): readonly PermissionOf[]
  /** The schema of a command's data. */
  bodyOf(kind: string): object
  /** Data to start from, if there is any. */
  exampleOf(kind: string): object | undefined
  /** As text for a refusal: `the beneficiary country's institution or fiu`. */
  describePermission(kind: string): string
  /** The open proposals, oldest first. */
  proposalsOf(snapshot: Snapshot<State>): readonly ProposedAction[]
  /** What an actor may do on a request in its current state. */
  actionsOf(snapshot: Snapshot<State>, asking: ActionCaller<Document>, policy: Policy): Action[]
  /** Why a command would be refused; undefined if it would be accepted or proposed. */
  findRefusal(
    snapshot: Snapshot<State>,
    asked: { readonly command: string; readonly data: unknown },
    by: Asker,
    policy: Policy,
  ): Refusal | undefined
}

const noPermissions: readonly PermissionOf[] = []

export function createActions<State extends AnyState, Command extends CommandEvent, Policy extends PersonPolicy, Document>(
  {
    commands,
    opening,
    needsDualApproval,
    proposals,
  }: Pick<Lifecycle<State, Command, Policy>, 'commands' | 'opening' | 'needsDualApproval' | 'proposals'>,
  { decide }: Pick<Decider<State, Command, Policy>, 'decide'>,
  { schemaOf, trialBodies, ...definition }: ActionDefinition<State, Policy, Document>,
): Actions<State, Policy, Document> {
  type Made = Actions<State, Policy, Document>

  const allowedOf = (kind: string): readonly PermissionOf[] => commands[kind]?.allowed ?? noPermissions
  const isForMembers = (kind: string): boolean => kind !== opening && allowedOf(kind).some(({ party }) => party !== 'engine')
  const kinds = Object.keys(commands)
  const ofMembers = kinds.filter(isForMembers)

  const findRefusal: Made['findRefusal'] = (snapshot, { command: kind, data }, { by, time, level }, policy) => {
    const command = {
      specversion: '1.0',
      id: 'trial',
      source: '/holdfast/trial',
      type: `${commandTypePrefix}${kind}`,
      subject: snapshot.requestId,
      time,
      ...by,
      data,
    } as unknown as Command
    const decision = decide(snapshot, command, policy, level)
    if (decision.outcome === 'refused') return decision.refused.data
    return decision.outcome === 'dropped' ? decision.refusal : undefined
  }

  /** The oldest proposal of another person of the same member role that this one can approve. */
  function proposalToApprove(
    snapshot: Snapshot<State>,
    command: string,
    asking: ActionCaller<Document>,
    policy: Policy,
  ): ProposalToApprove | undefined {
    for (const { command: proposed, actor: proposedBy, sequence } of proposals(snapshot.state)) {
      if (proposed !== command || memberRolePrefixOf(proposedBy) !== memberRolePrefixOf(asking.by.actor)) continue
      const data = asking.proposedIn(sequence)
      if (data && !findRefusal(snapshot, { command, data: data.stored }, asking, policy)) return { sequence, ...data.given }
    }
    return undefined
  }

  return {
    ...definition,
    kinds,
    isForMembers,
    permissionsOf: allowedOf,
    bodyOf: kind => commands[kind]?.body ?? {},
    exampleOf: kind => commands[kind]?.example,
    describePermission: kind => describePermission(allowedOf(kind)),
    proposalsOf: ({ state }) => proposals(state),
    actionsOf: (snapshot, asking, policy) =>
      ofMembers.map(command => {
        const about = { command, schema: schemaOf(command) }
        const may = { ...about, may: true, needsApproval: needsDualApproval(command, snapshot.state) } as const
        const second = proposalToApprove(snapshot, command, asking, policy)
        if (second) return { ...may, second }
        const reasons = trialBodies(command, snapshot, asking).map(data => findRefusal(snapshot, { command, data }, asking, policy))
        const [first] = reasons
        return !first || reasons.includes(undefined) ? may : { ...about, may: false, code: first.code, message: first.message }
      }),
    findRefusal,
  }
}
