import type { z } from 'zod'
import type { Deadline, TimerKind } from '../requests/deadlines.ts'
import type { Permission } from './permission.ts'

/** The data of a command or fact: its fields are listed, and a fact extends the fields of its command. */
type Body = z.ZodObject

/**
 * Whether a command needs dual approval (V17): `always`, or `onceFrozen`, once money is frozen. Another person
 * gives the same command with the same data.
 */
export type DualApproval = 'always' | 'onceFrozen'

/** A command: everything that the engine, the desk and the CLI know about it. */
interface CommandDetails<Data> {
  /** Data to start from, for members. Commands of the engine have none. */
  readonly example?: Data
  /** Who may give it. */
  readonly allowed: readonly Permission[]
  /**
   * JSON pointers of personal data and free text in the body (ADR 57). The engine decides by the rest: codes, countries,
   * amounts, instants, BICs and the case reference.
   */
  readonly personalData?: readonly string[]
  /** The fact that it becomes, or the facts of which its data chooses one. */
  readonly becomes: string | readonly string[]
  /** Whether members may give it in a signed event. */
  readonly signable?: true
  readonly dualApproval?: DualApproval
  /** Whether it may use the reserved history quota: reports on money, dual approvals and approvals of onward requests. */
  readonly mayUseReservedQuota?: true
}

/** A command, without the types of its own data. */
export interface CommandDefinition extends CommandDetails<object> {
  readonly body: Body
}

/** Defines a command. Its type keeps the literals, from which the unions of all commands are derived. */
export const command = <B extends Body, const D extends CommandDetails<z.output<B>>>(definition: { readonly body: B } & D) => definition

/** What the deadlines of a fact depend on, besides its data. */
export interface DeadlineInput {
  /** The holds before the fact. */
  readonly holds: readonly { readonly expiresAt: string | null }[]
  /** Deadlines from the timers of the beneficiary country, from the time of the fact on. */
  readonly timers: (...kinds: TimerKind[]) => readonly Deadline[]
  /** Warnings before the ends of holds. */
  readonly warnings: (...ends: string[]) => readonly Deadline[]
}

interface FactDetails<Data> {
  /** Whether the requester's system gets a notification. It has a receipt for the opening, and knows its own answers. */
  readonly requesterIsNotified?: true
  /** Whether the fact leaves the state unchanged. A consumer that does not know the kind may skip it. */
  readonly isRecordOnly?: true
  /** The deadlines that the fact starts. */
  readonly deadlines?: (data: Data, input: DeadlineInput) => readonly Deadline[]
  /** The least feature level of a ledger that may contain the fact; 1 if absent. */
  readonly featureLevel?: number
}

/** Defines the fact that a command becomes. */
export const fact = <B extends Body, const D extends FactDetails<z.output<B>>>(definition: { readonly body: B } & D) => definition

/** A fact, without the types of its own data. */
export interface FactDefinition extends FactDetails<never> {
  readonly body: Body
}
