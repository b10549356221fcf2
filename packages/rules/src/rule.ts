import type { Profiles } from '@holdfast/profiles'
import type { FreezeRequest, RejectionCode, Severity } from '@holdfast/schemas'

/** The parts of a parent request that an onward request is checked against (V26). */
export interface ParentRequest {
  readonly requestingCountry: string
  /** The hop of the parent: 0 for the first request of a case. */
  readonly hop: number
  /** The accounts that the money reached, with the parent's own, as `destinationIn` returns them. */
  readonly destinationIds: readonly string[]
  readonly deniedTo: readonly string[]
  readonly caseReference?: string
  /** A blind index of its legal basis. */
  readonly legalBasisIndex?: string
}

/** What a rule may use in addition to the request. A rule has no clock and no I/O, so a replay finds the same. */
export interface RuleContext {
  /** When the request is assessed. */
  readonly at: Date
  readonly profiles: Profiles
  /** The id of the open request of the same country for this payment (V12). */
  readonly duplicateOf?: string
  /** The id of an open request of another country for this payment (V12). */
  readonly linkedTo?: string
  /**
   * The parent that an onward request names, or `unknown` if there is no such request (V26). Without it no parent can be looked
   * up, as in a terminal without an engine, and only the number of hops is checked.
   */
  readonly parent?: ParentRequest | 'unknown'
  /**
   * The destination id of the request's account, if the document cannot give it (V26): in an engine that encrypts
   * accounts.
   */
  readonly destinationId?: string
  /** A blind index of the request's legal basis (V26). Without it none is compared. */
  readonly legalBasisIndex?: string
}

/** A finding: a JSON pointer into the request and what to do about it, without names or account numbers. */
export interface Observation {
  readonly path: string
  readonly message: string
  readonly code?: never
  /** The number of officers that a review needs for this finding: two by default (V17). */
  readonly officers?: 1
}

/** A finding of a rule that rejects, with its code. */
interface Rejection extends Omit<Observation, 'code'> {
  readonly code: RejectionCode
}

interface RuleOf<S extends Severity, O> {
  /** The number of the rule in the documentation. Rules with one subject and two severities share it. */
  readonly id: `V${number}`
  readonly severity: S
  /** The requirement in one sentence. */
  readonly title: string
  /** The source of the rule. */
  readonly source: string
  check(request: FreezeRequest, context: RuleContext): O[]
}

/**
 * A rule that an assessment cannot enforce, because it applies before or after one. It names its files as data, so that one
 * book lists all rules and a test can check the files.
 */
export interface EnforcedElsewhere extends Pick<Rule, 'id' | 'title' | 'source'> {
  /** The effect of a violation. */
  readonly effect: string
  /** The files that enforce it, from the root of the repository. */
  readonly enforcedBy: readonly string[]
  /** The tests that prove it, each of which names the rule. */
  readonly provenBy: readonly string[]
  /** The part that is not enforced yet. */
  readonly notEnforcedYet?: string
}

export type RejectingRule = RuleOf<'reject', Rejection>
export type Rule = RejectingRule | RuleOf<Exclude<Severity, 'reject'>, Observation>
