import type { Actor, Result } from '@holdfast/schemas'
import type { FreezeBasis } from '../values/codes.ts'
import type { Money } from '../values/money.ts'
import type { TimerKind } from './deadlines.ts'

/** A hold, as far as the law on extensions needs it. */
export interface ExtendableHold {
  readonly basis: FreezeBasis
  /** When it began. */
  readonly from: Date
  readonly extendedTimes: number
  readonly expiresAt: Date
}

/**
 * Why the law allows no extension. `basis`: the legal basis of the hold excludes it; `order`: the hold needs an order with
 * another basis; `times`: the number of extensions is used up; `total`: the longest period is used up.
 */
export type ExtensionObstacle = 'basis' | 'order' | 'times' | 'total'

/** A requesting country's standing policy for onward requests: from which amount on, and how many in one request. */
export interface StandingPolicy {
  readonly minimum: Money
  readonly childrenMax: number
}

/**
 * The law and practice of the countries, as far as decisions need it. `law` of the payment stop
 * implements it for its `lifecycle`.
 */
export interface Policy {
  /** The end of a hold reported without one; never later than `latestExpiry` (V20). */
  defaultExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /** The latest end that an institution may name (V20). */
  latestExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /** The latest end of one more extension by an order with this basis, or why the law allows none (V21). */
  latestExtension(country: string, hold: ExtendableHold, by: FreezeBasis): Result<Date, ExtensionObstacle>
  /**
   * When a deadline that starts at `from` is due. `executedAt` is the time of the payment: its age decides how long
   * verification may take.
   */
  dueAt(kind: TimerKind, country: string, from: Date, executedAt: string): Date
  /** When to warn of the end of a hold: instants after `from` and before `expiresAt`, earliest first. */
  warningsOf(country: string, from: Date, expiresAt: Date): readonly Date[]
  /** The most onward requests in a chain (V26). */
  readonly hopsMax: number
  /**
   * The standing policy of a requesting country for money in this currency; undefined if an officer decides on each
   * report (V26).
   */
  standingPolicyFor(requestingCountry: string, currency: string): StandingPolicy | undefined
  /** Whether a country can receive requests (V07). */
  isReachable(country: string): boolean
  /**
   * Whether persons of a country need a key or sign-in of their own. Otherwise a key of their country may vouch for
   * them (V17).
   */
  personsNeedProof(country: string): boolean
  /** Why this sender, an institution or a FIU, may not act for the institution with this BIC; undefined if it may. */
  findAnswerObstacle(sender: Pick<Actor, 'country' | 'role'>, bic: string): string | undefined
}
