import type { FreezeBasis, Money } from '@holdfast/schemas'
import { endOf } from './calendars.ts'
import { isReachable } from './members.ts'
import { loadProfiles, type Profiles } from './profiles.ts'
import { dueAtOf, type TimerKind } from './timers.ts'
import { warningsOf } from './warnings.ts'

/** A hold as the law looks at it when it is to last longer. */
export interface ExtendableHold {
  readonly basis: FreezeBasis
  /** When it first began. */
  readonly from: Date
  readonly extendedTimes: number
  readonly expiresAt: Date
}

/** What a requesting country agrees to before it is asked: that money which moved onward is followed from so much on, and so often in one request. */
export interface StandingAgreement {
  readonly minimum: Money
  readonly childrenMax: number
}

/** What deciding needs of the law and the practice of the countries; what `packages/lifecycle` asks for has this shape. */
export interface Policy {
  /** The end of a hold for which the institution named none; never later than `latestExpiry` (V20). */
  defaultExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /** The latest end an institution may name (V20). */
  latestExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /** The latest end of one more extension on an order of this basis; undefined where the law allows none (V21). */
  latestExtension(country: string, hold: ExtendableHold, by: FreezeBasis): Date | undefined
  /** When a deadline is due that starts running at `from`. `executedAt` is when the payment was made: its age decides how long verifying may take. */
  dueAt(kind: TimerKind, country: string, from: Date, executedAt: string): Date
  /** When the coming end of a hold is warned of: instants after `from` and before `expiresAt`, earliest first. */
  warningsOf(country: string, from: Date, expiresAt: Date): readonly Date[]
  /** How often money may have moved on before it is no longer followed (V26). */
  readonly hopsMax: number
  /** What a requesting country agrees to beforehand of money in this currency; undefined where an officer says of each report whether it is followed (V26). */
  followsOnward(requestingCountry: string, currency: string): StandingAgreement | undefined
  /** Whether requests can be addressed to a country (V07). */
  isReachable(country: string): boolean
  /** Whether two persons of a country have to be proved by keys or sign-ins of their own, and not by what a key of their country says of them (V17). */
  personsNeedProof(country: string): boolean
}

/**
 * The policy that profiles say, as instants. It holds no clock: the same arguments have the same answer.
 * @param personsNeedProof is for who knows the registry to say; without it what a country's key says of its persons counts.
 */
export function createPolicy(profiles: Profiles, personsNeedProof: Policy['personsNeedProof'] = () => false): Policy {
  const latestExpiry: Policy['latestExpiry'] = (country, basis, from) => {
    const { holds, calendar } = profiles.of(country)
    return endOf(holds[basis].longest, from, calendar)
  }
  return {
    latestExpiry,
    defaultExpiry(country, basis, from) {
      const { holds, calendar } = profiles.of(country)
      const standard = endOf(holds[basis].standard, from, calendar)
      // The two can be in different units, and a profile file can set either: the shorter one is safe.
      return new Date(Math.min(standard.getTime(), latestExpiry(country, basis, from).getTime()))
    },
    latestExtension(country, hold, by) {
      const { extensions, calendar } = profiles.of(country)
      const rule = extensions[hold.basis]
      if (!rule || rule.by !== by || hold.extendedTimes >= (rule.timesMax ?? Number.POSITIVE_INFINITY)) return undefined
      const end = endOf(rule.step, hold.expiresAt, calendar)
      if (!rule.total) return end
      const last = endOf(rule.total, hold.from, calendar)
      if (last <= hold.expiresAt) return undefined
      return end < last ? end : last
    },
    dueAt(kind, country, from, executedAt) {
      const { timers, calendar } = profiles.of(country)
      return dueAtOf(timers[kind], calendar, from, executedAt)
    },
    warningsOf: (country, from, expiresAt) => warningsOf(profiles.of(country).holdWarnings, from, expiresAt),
    hopsMax: profiles.hopsMax,
    followsOnward(requestingCountry, currency) {
      const agreed = profiles.of(requestingCountry).followOnward
      const minimum = agreed?.minimums.find(each => each.currency === currency)
      return agreed && minimum && { minimum, childrenMax: agreed.childrenMax }
    },
    isReachable,
    personsNeedProof,
  }
}

/** The policy of the defaults, without a profile file. */
export const holdPolicy = createPolicy(loadProfiles())
