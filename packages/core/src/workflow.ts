import type { Actor, CommandEvent, CountryView, LedgerFact, Problem, Result, RunningDeadline, WorkflowTopics } from '@holdfast/schemas'
import type { Actions } from './actions.ts'
import type { Decider } from './decider.ts'
import type { Dispatching } from './dispatching.ts'
import type { Ingress } from './ingress.ts'
import type { AnyState, PersonPolicy, Snapshot } from './lifecycle.ts'
import type { PersonalData } from './personal-data.ts'
import type { Validation } from './validation.ts'
import type { Views } from './views.ts'

/** A service that keeps a state of each request. */
export type StatefulService = 'ledger' | 'validation' | 'dispatch'

/** What the registry of members decides for the policy of any workflow. */
export interface RegistryPolicy extends PersonPolicy {
  /** Why a sender may not answer for the institution with this BIC. */
  findAnswerObstacle(sender: AnsweringActor, bic: string): string | undefined
}

/** A sender in the role of an institution or a FIU. */
export type AnsweringActor = Pick<Actor, 'country' | 'role'>

/**
 * A workflow: the meaning of one kind of request. Services are given workflows and import none. Each `main.ts` and the
 * standalone engine name them.
 */
export interface Workflow<
  State extends AnyState = AnyState,
  Command extends CommandEvent = CommandEvent,
  Policy extends PersonPolicy = PersonPolicy,
  Profiles = unknown,
  Document = unknown,
  Known = unknown,
  Related = unknown,
> extends Decider<State, Command, Policy> {
  readonly name: string
  /** Starts the names of its topics and consumer groups. */
  readonly topicPrefix: string
  readonly topics: WorkflowTopics
  /** The kind of the command that opens a request. */
  readonly opening: string
  /** The versions of the states that services store. Another version has states of its own. */
  readonly stateVersions: Readonly<Record<StatefulService, string>> & {
    /** A number, because the file of the desk stores it as one. */
    readonly desk: number
  }
  /** Whether this version knows the type of a fact. */
  isKnownFact(type: string): boolean
  /** The document in a fact: the request as its country wants it from then on. */
  documentOf(fact: LedgerFact): Document | undefined
  /** What is encrypted, and for whom. */
  readonly personalData: PersonalData
  /** How members send documents. */
  readonly ingress: Ingress<Document>
  /** The phases in the order of a request's life, and those in which it has ended. */
  readonly phases: readonly string[]
  readonly finalPhases: readonly string[]
  /** How documents are assessed. Its types are those of the workflow. */
  readonly validation: Validation<Document, Known, Profiles, Related>
  /** What is sent because of facts. Its types are those of the workflow. */
  readonly dispatching: Dispatching
  /** How readers see a request. Its types are those of the workflow. */
  readonly views: Views<State>
  /** Its commands as members give them. Its types are those of the workflow. */
  readonly actions: Actions<State, Policy, Document>
  /** The running deadlines, the earliest first. */
  deadlinesOf(snapshot: Pick<Snapshot<State>, 'state'>): readonly RunningDeadline[]
  /** Parses a command as the topic of commands stores it. */
  parseCommand(value: unknown): Result<Command, Problem[]>
  /**
   * Applies the overrides of a profile file to the defaults. Throws one error with all problems of the file, under its
   * `name`.
   */
  loadProfiles(overrides?: unknown, name?: string): Profiles
  /** The clocks and working days of a country, from a day on; undefined if it cannot receive requests. */
  viewOfCountry(profiles: Profiles, country: string, from: Date): CountryView | undefined
  createPolicy(profiles: Profiles, registry: RegistryPolicy): Policy
}

/**
 * The name of a service for one workflow: its consumer group, and the owner of its states and parked requests. Those of
 * payment stops have no prefix, because they are older than the second workflow.
 */
export const serviceNameOf = ({ topicPrefix }: Pick<Workflow, 'topicPrefix'>, service: string): string =>
  topicPrefix === 'freeze' ? service : `${topicPrefix}-${service}`

/** Where a service stores the states of a workflow. Two versions of it can run during an upgrade or a rollback. */
export const stateSpaceOf = (workflow: Pick<Workflow, 'stateVersions' | 'topicPrefix'>, service: StatefulService): string =>
  `${serviceNameOf(workflow, service)}.${workflow.stateVersions[service]}`
