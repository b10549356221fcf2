import type { Profiles } from '@holdfast/profiles'
import type { Account, FreezeRequest, RejectionCode, Severity } from '@holdfast/schemas'

/** A country and an account in it that one chain of requests has already followed the money to. */
export interface Place {
  readonly country: string
  readonly account: Account
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
  /** For a child request, where its ancestors were addressed to, from the first on (V26). */
  readonly chain?: readonly Place[]
}

/** Something found: where (a JSON Pointer into the request) and what to do about it, without names or account numbers. */
export interface Observation {
  readonly path: string
  readonly message: string
  readonly code?: never
}

/** What a rule that rejects finds: it says with which code. */
interface Rejection extends Omit<Observation, 'code'> {
  readonly code: RejectionCode
}

interface RuleOf<S extends Severity, O> {
  /** The number of the rule in the documentation; rules that say one thing in two severities share it. */
  readonly id: `V${number}`
  readonly severity: S
  /** Where the rule comes from, for who asks why. */
  readonly source: string
  check(request: FreezeRequest, context: RuleContext): O[]
}

export type RejectingRule = RuleOf<'reject', Rejection>
export type Rule = RejectingRule | RuleOf<Exclude<Severity, 'reject'>, Observation>
