import { calendarSchema, isReachable } from '@holdfast/countries'
import { countrySchema } from '@holdfast/schemas'
import { z } from 'zod'
import { moneySchema, positiveMoneySchema, toMinor } from '../language/index.ts'
import { extensionRulesSchema } from './extensions.ts'
import { holdRulesSchema } from './holds.ts'
import { timerRulesSchema } from './timers.ts'
import { warningRuleSchema } from './warnings.ts'

/**
 * How requests are verified: by rules only unless a finding needs a person, by one officer each, or by two (dual approval,
 * V17). A doubtful finding always leads to a review.
 */
const verificationSchema = z.enum(['automatic', 'oneOfficer', 'fourEyes'])
export type Verification = z.output<typeof verificationSchema>

const reviewSchema = z.strictObject({
  threshold: moneySchema.optional(),
})

/** A higher number of automatic onward requests from one request would be a mistake. */
const childrenMax = 20

const followOnwardSchema = z.strictObject({
  minimums: z
    .array(
      positiveMoneySchema.refine(
        money => toMinor(money) !== undefined,
        'must be in a currency of ISO 4217, with no more decimals than it has',
      ),
    )
    .min(1)
    .max(50)
    .refine(minimums => new Set(minimums.map(({ currency }) => currency)).size === minimums.length, 'must name each currency once'),
  childrenMax: z.int().min(1).max(childrenMax),
})
export type FollowOnward = z.output<typeof followOnwardSchema>

/** The overrides of one country. The descriptions appear in docs/reference/profiles.md and in the JSON Schema. */
export const countryOverrideSchema = z.strictObject({
  holds: holdRulesSchema
    .optional()
    .describe(
      'Periods of holds by legal basis: `standard` if the institution names no end, `longest` at most. Other bases keep their defaults',
    ),
  extensions: extensionRulesSchema
    .optional()
    .describe(
      'Extensions of holds by legal basis, ordered with basis `by`: `step` each, at most `timesMax` times (0 forbids), up to `total` from the start',
    ),
  calendar: calendarSchema
    .partial()
    .optional()
    .describe(
      'Working days: `timeZone`, `weekend` (1 is Monday), `holidays` in addition to known public ones, `workedDays` that are working days despite a weekend or holiday',
    ),
  timers: timerRulesSchema
    .optional()
    .describe('Deadlines by kind, each `after` a period, `afterByAge` of the payment, or at `endOfDay` in the country’s time zone'),
  holdWarnings: warningRuleSchema
    .optional()
    .describe('Warnings of the end of a hold: `atHalfTime`, and `hoursBefore` its end. They replace all default warnings'),
  verification: verificationSchema
    .optional()
    .describe('The verification of requests: `automatic` by rules only, `oneOfficer` by one officer each, `fourEyes` by two officers each'),
  review: reviewSchema
    .optional()
    .describe(
      'Two officers verify requests above `threshold`, whatever `verification` is. Amounts in another currency are not converted, so the threshold does not apply to them',
    ),
  followOnward: followOnwardSchema
    .optional()
    .describe('Onward requests without an officer: from an amount in `minimums`, for at most `childrenMax` reports of one request'),
})
export type CountryOverride = z.output<typeof countryOverrideSchema>

const reachable = 'must be the code of a member of INTERPOL or a sub-bureau (ISO 3166-1 alpha-2), such as GB'

/** The profile file: how a country or the operator overrides the defaults. */
export const profileFileSchema = z
  .strictObject({
    $schema: z.string().max(500).optional().describe('For editors: where the JSON Schema of this file is'),
    countries: z
      .record(countrySchema.refine(isReachable, reachable), countryOverrideSchema, {
        error: issue => (issue.code === 'invalid_key' ? reachable : undefined),
      })
      .optional()
      .describe('Overrides by country code'),
    lowPriorityBelow: moneySchema
      .optional()
      .describe('Requests below this amount have lower priority and are never refused. The default is USD 50,000, as in FFKC'),
    hopsMax: z.int().min(1).max(9).optional().describe('The most hops of onward requests. The default is 9'),
  })
  .meta({ title: 'Profile file', description: 'Overrides of the engine’s defaults for some countries.' })
export type ProfileFile = z.input<typeof profileFileSchema>
