import type { FreezeBasis } from '@holdfast/schemas'
import { endOf } from './calendars.ts'
import { loadProfiles, type Profiles } from './profiles.ts'

/** When a hold ends, by the law of the freezing country (V20). */
export interface HoldPolicy {
  /** The end of a hold for which the institution named none; never later than `latestExpiry`. */
  defaultExpiry(country: string, basis: FreezeBasis, from: Date): Date
  /** The latest end an institution may name. */
  latestExpiry(country: string, basis: FreezeBasis, from: Date): Date
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
  }
}

/** The policy of the defaults, without a profile file. */
export const holdPolicy = createHoldPolicy(loadProfiles())
