import type { Actor, CommandEvent, Refusal, Share } from '@holdfast/schemas'
import type { StateValue } from 'xstate'
import type { Causes } from './causes.ts'
import type { ChartState, CompiledChart } from './compile-chart.ts'
import type { HistoryQuotaUsed } from './history-quota.ts'
import type { ProposedAction } from './proposal.ts'
import type { Refusals } from './refusal-budgets.ts'

/** A state of any statechart. */
export type AnyState = ChartState<StateValue, unknown>

/** A fact without its position in a history. */
export interface FactBody {
  readonly type: string
  readonly data: object
}

/** A fact as an event of the statechart. */
export interface ChartEvent extends FactBody {
  readonly actor: string
  /** What proves the actor; undefined without proof, and in older facts. */
  readonly proof?: string | undefined
  readonly time: string
  readonly sequence: number
}

/** A request after its facts: the state of the statechart, and the position in the history. */
export interface Snapshot<State> {
  readonly requestId: string
  readonly state: State
  /** The sequence of the last accepted fact; 0 before the first. */
  readonly sequence: number
  /** The hash of the last accepted fact. */
  readonly hash: string
  /** The command that caused each fact. A command that is in here is not applied again. */
  readonly causes: Causes
  /** The refused commands. */
  readonly refusals: Refusals
  /** The used history quota of each member role. */
  readonly historyQuotaUsed: HistoryQuotaUsed
  /** Units that can read it in addition to its parties. */
  readonly sharedWith: readonly Share[]
  readonly openedAt: string
  readonly updatedAt: string
}

/** The part of a country's policy that every workflow needs. */
export interface PersonPolicy {
  /** Whether persons of a country need a key or sign-in of their own, or a key of their country may vouch for them (V17). */
  personsNeedProof(country: string): boolean
}

/** A command on an opened request, with its actor and the policy of the countries. */
export interface CommandContext<State, Command, Policy> {
  readonly snapshot: Snapshot<State>
  readonly command: Command
  readonly kind: string
  readonly actor: Actor
  readonly policy: Policy
}

/** A party of a request: its name in the permissions of commands, and its country. Several countries may have one name. */
export interface Party {
  readonly name: string
  readonly country: string
}

/** A party of the request, or the engine, and the roles that may act for it. */
export interface PermissionOf {
  readonly party: string
  readonly roles: ReadonlyArray<Actor['role']>
}

/** A command's definition, as far as decisions need it. */
export interface DecidedCommand {
  readonly body: object
  readonly example?: object
  readonly allowed: readonly PermissionOf[]
  readonly becomes: string | readonly string[]
  readonly mayUseReservedQuota?: true
}

/** A fact's definition, as far as decisions need it. */
export interface DecidedFact {
  readonly body: object
  readonly isRecordOnly?: true
  /** The least feature level of a ledger that may contain the fact; 1 if absent. */
  readonly featureLevel?: number
}

/**
 * The lifecycle of a workflow's requests: everything by which the core decides a command. Pure: the same request, command
 * and policy give the same result anywhere.
 */
export interface Lifecycle<State extends AnyState, Command extends CommandEvent, Policy extends PersonPolicy> {
  readonly commands: Readonly<Record<string, DecidedCommand>>
  readonly facts: Readonly<Record<string, DecidedFact>>
  /** The command that opens a request, and the phases in which it has ended. */
  readonly opening: string
  readonly finalPhases: readonly string[]
  readonly chart: CompiledChart<State, ChartEvent>

  /** The first fact, or why the request is not opened. The core has not checked the permission. */
  open(command: Command, actor: Actor, policy: Policy): FactBody | Refusal
  parties(state: State): readonly Party[]
  /** Further attributes of each fact and refused command. */
  attributes(state: State): Readonly<Record<string, string>>
  /** What each fact states about the request after it. Its members are sorted by name. */
  resultingState(request: Pick<Snapshot<State>, 'state' | 'openedAt'>): object

  /** Refusals of a permitted command that do not depend on its fact. */
  refusalOf(asked: CommandContext<State, Command, Policy>): Refusal | undefined
  /** The fact that a command requests, with its deadlines. */
  factOf(asked: CommandContext<State, Command, Policy>): FactBody | Refusal
  /** The fact that ends a request, with the deadline of its retention only. */
  withRetention(fact: FactBody, asked: CommandContext<State, Command, Policy>): FactBody
  /** Why the statechart refused a fact, if more can be said than that the state does not allow the command. */
  explain?(asked: CommandContext<State, Command, Policy>, event: ChartEvent): Refusal | undefined

  /** Whether the command needs dual approval in this state. */
  needsDualApproval(kind: string, state: State): boolean
  /** The open proposals. The statechart takes `ActionProposed` and, as its approval, a fact with `proposedBy`. */
  proposals(state: State): readonly ProposedAction[]
  /** The sequence of the fact whose document is under assessment; undefined if the workflow assesses none. */
  assessedFact?(state: State): number | undefined
  /** Whether a fact advances the request, which needs no quota. Another phase does, if this is absent. */
  advances?(before: State, after: State, fact: string): boolean
}
