import { countrySchema, type FreezeBasis, type Money, moneySchema, parseWith } from '@holdfast/schemas'
import { z } from 'zod'
import { type Calendar, calendarOf, calendarSchema } from './calendars.ts'
import { type ExtensionRules, extensionRulesSchema, extensionsByCountry } from './extensions.ts'
import { fallbackHolds, type HoldRule, holdRulesSchema, holdsByCountry } from './holds.ts'
import { defaultTimers, type TimerKind, type TimerRule, timerRulesSchema } from './timers.ts'
import { defaultWarnings, type WarningRule, warningRuleSchema } from './warnings.ts'

/**
 * Who verifies a request: the rules alone where nothing in it needs a person, one officer who approves each, or two (four eyes, V17).
 * Whatever is said here, what a rule finds doubtful goes to a review.
 */
const verificationSchema = z.enum(['automatic', 'oneOfficer', 'fourEyes'])
export type Verification = z.output<typeof verificationSchema>

/** Which requests addressed to a country two of its officers look at whatever its verification is. */
const reviewSchema = z.strictObject({
  /** Requests for more than this. Amounts in another currency are not converted, so they are not caught by it. */
  threshold: moneySchema.optional(),
})

const countryOverrideSchema = z.strictObject({
  holds: holdRulesSchema.optional(),
  extensions: extensionRulesSchema.optional(),
  calendar: calendarSchema.partial().optional(),
  timers: timerRulesSchema.optional(),
  holdWarnings: warningRuleSchema.optional(),
  verification: verificationSchema.optional(),
  review: reviewSchema.optional(),
})

/** The profile file: what a country, or who runs the engine, wants otherwise than the defaults. */
export const profileFileSchema = z
  .strictObject({
    countries: z.record(countrySchema, countryOverrideSchema).optional(),
    lowPriorityBelow: moneySchema.optional(),
    hopsMax: z.int().min(1).max(9).optional(),
  })
  .meta({ title: 'Profile file', description: 'Overrides of what the engine knows about countries.' })
export type ProfileFile = z.input<typeof profileFileSchema>

export interface CountryProfile {
  readonly holds: Readonly<Record<FreezeBasis, HoldRule>>
  /** A hold on a basis that is not here can't be extended. */
  readonly extensions: Readonly<ExtensionRules>
  readonly calendar: Calendar
  readonly timers: Readonly<Record<TimerKind, TimerRule>>
  readonly holdWarnings: WarningRule
  readonly verification: Verification
  readonly review: { readonly threshold?: Money }
}

export interface Profiles {
  /** The profile of a country; one that nothing is known about has the defaults. */
  of(country: string): CountryProfile
  /** Below this a request goes on with lower priority, never refused (V10; FFKC takes USD 50,000 and more). */
  readonly lowPriorityBelow: Money
  /** How often the money may have moved on before a request is no longer followed (V26). */
  readonly hopsMax: number
}

/**
 * The defaults with the overrides of a profile file laid over them: a basis that the file names replaces that basis, the rest stays.
 * Throws with every problem of the file when it does not have its shape.
 */
export function loadProfiles(overrides: unknown = {}): Profiles {
  const parsed = parseWith(profileFileSchema, overrides)
  if (!parsed.ok) {
    const problems = parsed.error.map(({ path, message }) => `  ${path || '/'}: ${message}`)
    throw new Error(`the profile file can not be used:\n${problems.join('\n')}`)
  }
  const { countries = {}, lowPriorityBelow = { currency: 'USD', value: '50000.00' }, hopsMax = 9 } = parsed.value
  // One profile per country code asked for, and a code is two letters: the map stays small.
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

function profileOf(country: string, override: z.output<typeof countryOverrideSchema> = {}): CountryProfile {
  const calendar = calendarOf(country)
  const { timeZone = calendar.timeZone, weekend = calendar.weekend, holidays, workedDays } = override.calendar ?? {}
  return {
    holds: { ...fallbackHolds, ...holdsByCountry.get(country), ...override.holds } as Record<FreezeBasis, HoldRule>,
    extensions: { ...extensionsByCountry.get(country), ...override.extensions },
    calendar: { ...calendar, timeZone, weekend, ...(holidays && { holidays }), ...(workedDays && { workedDays }) },
    timers: { ...defaultTimers, ...override.timers } as Record<TimerKind, TimerRule>,
    holdWarnings: override.holdWarnings ?? defaultWarnings,
    verification: override.verification ?? 'automatic',
    review: override.review?.threshold ? { threshold: override.review.threshold } : {},
  }
}
