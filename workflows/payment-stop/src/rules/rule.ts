import type { DocumentRule, RejectingRuleOf } from '@holdfast/core'
import type { FreezeRequest, RejectionCode } from '../language/index.ts'
import type { Profiles } from '../law/profiles.ts'

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

export type RejectingRule = RejectingRuleOf<FreezeRequest, RuleContext, RejectionCode>
export type Rule = DocumentRule<FreezeRequest, RuleContext, RejectionCode>
