import type { Actor } from '../actors/actor.ts'
import type { FreezeBasis } from '../codes.ts'
import type { Money } from '../money.ts'
import type { Result } from '../result.ts'
import type { TimerKind } from './deadlines.ts'

/** A hold as the law looks at it when it is to last longer. */
export interface ExtendableHold {
  readonly basis: FreezeBasis
  /** When it first began. */
  readonly from: Date
  readonly extendedTimes: number
  readonly expiresAt: Date
}

/**
 * Why the law lets a hold last no longer. `basis`: it extends none on the hold's basis; `order`: it extends this one on an order with a different basis; `times`: it was extended as often
 * as the law allows; `total`: it lasts as long as the law allows.
 */
export type ExtensionObstacle = 'basis' | 'order' | 'times' | 'total'

/** What a requesting country agrees to before it is asked: that money which moved onward is followed from so much on, and so often in one request. */
export interface AdvanceAgreement {
  readonly minimum: Money
  readonly childrenMax: number
}

/** What the law and the practice of the countries say, as far as deciding needs it: `packages/lifecycle` asks for it, and `packages/profiles` is where it is known. */
export interface Policy {
  /** The end of a hold that was reported without an end; never later than `latestExpiry` (V20). */
  defaultExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /** The latest end that an institution may name (V20). */
  latestExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /** The latest end of one more extension on an order of this basis, or why the law allows none (V21). */
  latestExtension(country: string, hold: ExtendableHold, by: FreezeBasis): Result<Date, ExtensionObstacle>
  /** When a deadline is due that starts running at `from`. `executedAt` is when the payment was made: its age decides how long verifying may take. */
  dueAt(kind: TimerKind, country: string, from: Date, executedAt: string): Date
  /** When the coming end of a hold is warned of: instants after `from` and before `expiresAt`, earliest first. */
  warningsOf(country: string, from: Date, expiresAt: Date): readonly Date[]
  /** How often money may have moved on before it is no longer followed (V26). */
  readonly hopsMax: number
  /** What a requesting country agrees to beforehand of money in this currency; undefined where an officer says of each report whether it is followed (V26). */
  followsOnward(requestingCountry: string, currency: string): AdvanceAgreement | undefined
  /** Whether requests can be addressed to a country (V07). */
  isReachable(country: string): boolean
  /** Whether two persons of a country have to be proved by keys or sign-ins of their own, and not by what a key of their country says of them (V17). */
  personsNeedProof(country: string): boolean
  /** Why this sender may not act for the institution with this BIC; undefined where it may. The sender is an institution or a FIU. */
  whyNotAnswer(sender: Pick<Actor, 'country' | 'role'>, bic: string): string | undefined
}
