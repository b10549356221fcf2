import type { FreezeBasis } from '@holdfast/schemas'
import { endOf } from './calendars.ts'
import { loadProfiles, type Profiles } from './profiles.ts'

/** When a hold ends, by the law of the freezing country (V20). */
export interface HoldPolicy {
  /** The end of a hold for which the institution named none; never later than `latestExpiry`. */
  defaultExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /** The latest end an institution may name. */
  latestExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /**
   * The latest end of one more extension (V21), for a hold that first began at `firstFrom`, has been extended `extendedTimes` times and
   * would now end at `from`; undefined when the law allows no further one.
   */
  latestExtension(country: string, basis: FreezeBasis, firstFrom: Date, extendedTimes: number, from: Date): Date | undefined
}

export function createHoldPolicy(profiles: Profiles): HoldPolicy {
  const latestExpiry: HoldPolicy['latestExpiry'] = (country, basis, from) => {
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
    latestExtension(country, basis, firstFrom, extendedTimes, from) {
      const { extensions, calendar } = profiles.of(country)
      const rule = extensions[basis]
      if (!rule || extendedTimes >= (rule.timesMax ?? Number.POSITIVE_INFINITY)) return undefined
      const end = endOf(rule.step, from, calendar)
      if (!rule.total) return end
      const last = endOf(rule.total, firstFrom, calendar)
      if (last <= from) return undefined
      return end < last ? end : last
    },
  }
}

/** The policy of the defaults, without a profile file. */
export const holdPolicy = createHoldPolicy(loadProfiles())
