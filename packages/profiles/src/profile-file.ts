import { countrySchema, moneySchema, positiveMoneySchema, toMinor } from '@holdfast/schemas'
import { z } from 'zod'
import { calendarSchema } from './calendars.ts'
import { extensionRulesSchema } from './extensions.ts'
import { holdRulesSchema } from './holds.ts'
import { isReachable } from './members.ts'
import { timerRulesSchema } from './timers.ts'
import { warningRuleSchema } from './warnings.ts'

/**
 * Who verifies a request: the rules alone where nothing in it needs a person, one officer who approves each, or two (four eyes, V17).
 * Whatever is said here, what a rule finds doubtful goes to a review.
 */
const verificationSchema = z.enum(['automatic', 'oneOfficer', 'fourEyes'])
export type Verification = z.output<typeof verificationSchema>

const reviewSchema = z.strictObject({
  threshold: moneySchema.optional(),
})

/** More than this from one request without an officer's word would be no exception that somebody has thought of. */
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

/** What can be said of one country. The descriptions are the words of docs/profiles.md, and of the JSON Schema beside it. */
export const countryOverrideSchema = z.strictObject({
  holds: holdRulesSchema
    .optional()
    .describe(
      'How long a hold lasts by its basis: `standard` when the institution names no end, `longest` is the latest end it may name. A basis that is named replaces that basis, the others stay',
    ),
  extensions: extensionRulesSchema
    .optional()
    .describe(
      'How a hold is extended, by its basis: `step` at a time, `timesMax` times, `total` in all from its beginning, on an order of the basis `by`. `timesMax` 0 forbids it',
    ),
  calendar: calendarSchema
    .partial()
    .optional()
    .describe(
      'Which days are worked: `timeZone`, `weekend` (1 is Monday), `holidays` beside the public ones that are known, `workedDays` that are worked all the same',
    ),
  timers: timerRulesSchema
    .optional()
    .describe(
      'When a deadline is due: `after` a period, `afterByAge` of the payment, or `endOfDay` by the clocks of the country. Any kind can be counted in any of the three ways',
    ),
  holdWarnings: warningRuleSchema
    .optional()
    .describe('When the coming end of a hold is warned of: `atHalfTime`, and `hoursBefore` its end. It replaces the default whole'),
  verification: verificationSchema
    .optional()
    .describe('Who verifies a request: `automatic` is the rules alone, `oneOfficer` approves each, `fourEyes` are two officers for each'),
  review: reviewSchema
    .optional()
    .describe(
      'Requests for more than `threshold` are looked at by two officers, whatever `verification` says. Amounts in another currency are not converted, so they are not caught by it',
    ),
  followOnward: followOnwardSchema
    .optional()
    .describe(
      'A standing agreement of this country as requester: money of its requests that moved onward is followed to the next country without being asked, for as much as the `minimums` say and more, each in its currency, and for at most `childrenMax` reports of one request. Of all else, and without it, an officer says of each report whether it is followed',
    ),
})
export type CountryOverride = z.output<typeof countryOverrideSchema>

const reachable = 'must be the code of a member of INTERPOL or a sub-bureau (ISO 3166-1 alpha-2), such as GB'

/** The profile file: what a country, or who runs the engine, wants otherwise than the defaults. */
export const profileFileSchema = z
  .strictObject({
    $schema: z.string().max(500).optional().describe('For editors: where the JSON Schema of this file is'),
    countries: z
      .record(countrySchema.refine(isReachable, reachable), countryOverrideSchema, {
        error: issue => (issue.code === 'invalid_key' ? reachable : undefined),
      })
      .optional()
      .describe('What differs in a country, by its code'),
    lowPriorityBelow: moneySchema
      .optional()
      .describe('A request for less goes on with lower priority; it is never refused. USD 50,000 without it, as FFKC has it'),
    hopsMax: z.int().min(1).max(9).optional().describe('How often money may have moved on and is still followed. 9 without it'),
  })
  .meta({ title: 'Profile file', description: 'What is otherwise in some countries than the defaults of the engine say.' })
export type ProfileFile = z.input<typeof profileFileSchema>
