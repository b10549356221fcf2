import { type Calendar, calendarOf } from '@holdfast/countries'
import { parseWith } from '@holdfast/schemas'
import type { FreezeBasis, Money, TimerKind } from '../language/index.ts'
import { type ExtensionRules, extensionsByCountry } from './extensions.ts'
import { fallbackHolds, type HoldRule, holdsByCountry } from './holds.ts'
import { type CountryOverride, type FollowOnward, profileFileSchema, type Verification } from './profile-file.ts'
import { defaultTimers, type TimerRule } from './timers.ts'
import { defaultWarnings, type WarningRule } from './warnings.ts'

export interface CountryProfile {
  readonly holds: Readonly<Record<FreezeBasis, HoldRule>>
  /** Holds on other bases cannot be extended. */
  readonly extensions: Readonly<ExtensionRules>
  readonly calendar: Calendar
  readonly timers: Readonly<Record<TimerKind, TimerRule>>
  readonly holdWarnings: WarningRule
  readonly verification: Verification
  readonly review: { readonly threshold?: Money }
  /** Undefined if an officer decides on each onward request. */
  readonly followOnward: FollowOnward | undefined
}

export interface Profiles {
  /** The profile of a country; the defaults if it has no overrides. */
  of(country: string): CountryProfile
  /** Requests below this amount have lower priority, and are never refused (V10; FFKC uses USD 50,000). */
  readonly lowPriorityBelow: Money
  /** The most hops of onward requests (V26). */
  readonly hopsMax: number
}

/**
 * Applies the overrides of a profile file to the defaults. A basis or timer in the file replaces its default; the rest stays.
 * Throws with all problems of an invalid file, under its `name`.
 */
export function loadProfiles(overrides: unknown = {}, name = 'the profile file'): Profiles {
  const parsed = parseWith(profileFileSchema, overrides)
  if (!parsed.ok) {
    const problems = parsed.error.map(({ path, message }) => `  ${path || '/'}: ${message}`)
    throw new Error(`${name} can not be used:\n${problems.join('\n')}`)
  }
  const { countries = {}, lowPriorityBelow = { currency: 'USD', value: '50000.00' }, hopsMax = 9 } = parsed.value
  // One profile per requested country code of two letters, so the map stays small.
  const profiles = new Map<string, CountryProfile>()
  return {
    lowPriorityBelow,
    hopsMax,
    of(country) {
      const known = profiles.get(country)
      if (known) return known
      const profile = profileOf(country, Object.hasOwn(countries, country) ? countries[country] : undefined)
      if (/^[A-Z]{2}$/.test(country)) profiles.set(country, profile)
      return profile
    },
  }
}

function profileOf(country: string, override: CountryOverride = {}): CountryProfile {
  const calendar = calendarOf(country)
  const { timeZone = calendar.timeZone, weekend = calendar.weekend, holidays, workedDays } = override.calendar ?? {}
  return {
    holds: { ...fallbackHolds, ...holdsByCountry.get(country), ...override.holds } as Record<FreezeBasis, HoldRule>,
    extensions: { ...extensionsByCountry.get(country), ...override.extensions },
    calendar: { ...calendar, timeZone, weekend, ...(holidays && { holidays }), ...(workedDays && { workedDays }) },
    timers: { ...defaultTimers, ...override.timers } as Record<TimerKind, TimerRule>,
    holdWarnings: override.holdWarnings ?? defaultWarnings,
    verification: override.verification ?? 'automatic',
    followOnward: override.followOnward,
    review: override.review?.threshold ? { threshold: override.review.threshold } : {},
  }
}
