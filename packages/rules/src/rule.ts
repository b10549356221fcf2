import type { Profiles } from '@holdfast/profiles'
import type { FreezeRequest, RejectionCode, Severity } from '@holdfast/schemas'

/** What a child request is held against of the request before it (V26). */
export interface ParentRequest {
  readonly requestingCountry: string
  /** The parent's own hop: 0 for the first request of a case. */
  readonly hop: number
  /** Where the money was followed to, the parent's own place included, as `placeIn` has them. */
  readonly places: readonly string[]
  readonly deniedTo: readonly string[]
  readonly caseReference?: string
  /** A mark of its legal basis. */
  readonly law?: string
}

/** What a rule may know beside the request. Everything is given: a rule holds no clock and does no I/O, so a replay finds the same. */
export interface RuleContext {
  /** When the request is assessed. */
  readonly at: Date
  readonly profiles: Profiles
  /** The id of the open request of the same country that stands for this payment (V12). */
  readonly duplicateOf?: string
  /** The id of an open request of another country for this payment (V12). */
  readonly linkedTo?: string
  /**
   * The request that a child names as its parent, or `unknown` where there is none of that id (V26). Without it nothing can be looked up here, as on a terminal
   * without an engine, and only the number of hops is looked at.
   */
  readonly parent?: ParentRequest | 'unknown'
  /** The place of the request's own account, where it is not told by that (V26): of an engine that seals accounts. */
  readonly place?: string
  /** A mark of the request's own legal basis (V26). Without it none is compared. */
  readonly law?: string
}

/** Something found: where (a JSON Pointer into the request) and what to do about it, without names or account numbers. */
export interface Observation {
  readonly path: string
  readonly message: string
  readonly code?: never
  /** How many officers a review needs for this finding: two, unless it says one (V17). */
  readonly officers?: 1
}

/** What a rule that rejects finds: it says with which code. */
interface Rejection extends Omit<Observation, 'code'> {
  readonly code: RejectionCode
}

interface RuleOf<S extends Severity, O> {
  /** The number of the rule in the documentation; rules that say one thing in two severities share it. */
  readonly id: `V${number}`
  readonly severity: S
  /** What it demands, in a sentence. */
  readonly title: string
  /** Where the rule comes from, for who asks why. */
  readonly source: string
  check(request: FreezeRequest, context: RuleContext): O[]
}

/**
 * A rule that an assessment can't keep: it is about what happens before or after one. It says so as data, so that one book has all of them and a test can look
 * whether the files it names are there and speak of it.
 */
export interface EnforcedElsewhere extends Pick<Rule, 'id' | 'title' | 'source'> {
  /** What becomes of that which breaks it. */
  readonly effect: string
  /** The files that keep it, from the root of the repository. */
  readonly enforcedBy: readonly string[]
  /** The tests that show it, each of which names the rule. */
  readonly provenBy: readonly string[]
  /** What of it is not kept yet. */
  readonly missing?: string
}

export type RejectingRule = RuleOf<'reject', Rejection>
export type Rule = RejectingRule | RuleOf<Exclude<Severity, 'reject'>, Observation>
