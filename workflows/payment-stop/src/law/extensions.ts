import { calendarDays, periodSchema } from '@holdfast/countries'
import { textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { freezeBasisSchema } from '../language/index.ts'

/** How a hold on one basis can be extended. At least one of the two limits is required, so that every hold ends. */
export const extensionRuleSchema = z
  .strictObject({
    /** The longest single extension, from the previous end. */
    step: periodSchema,
    /** The most extensions. */
    timesMax: z.int().min(0).max(100).optional(),
    /** The longest total duration, from the start of the hold. */
    total: periodSchema.optional(),
    /** The basis of the order that extends. */
    by: freezeBasisSchema,
    source: textSchema(1, 200),
  })
  .refine(rule => rule.timesMax !== undefined || rule.total !== undefined, 'must have timesMax, total or both')

export const extensionRulesSchema = z.partialRecord(freezeBasisSchema, extensionRuleSchema)
export type ExtensionRules = z.output<typeof extensionRulesSchema>

const crownCourt: z.output<typeof extensionRuleSchema> = {
  step: calendarDays(31),
  total: calendarDays(186),
  by: 'COURT',
  source: 'Proceeds of Crime Act 2002: the Crown Court extends by 31 days, six months in all',
}

const philippineCourt: z.output<typeof extensionRuleSchema> = {
  // The act has no limit for the court. Half a year is the review period of confirmed holds.
  step: calendarDays(180),
  total: calendarDays(180),
  by: 'COURT',
  source: 'AFASA (RA 12010) sec. 7: 30 calendar days unless a court extends it; limit of 180 days in total by this table',
}

/** By freezing country. Other holds cannot be extended: a new hold needs a new decision. */
export const extensionsByCountry: ReadonlyMap<string, ExtensionRules> = new Map<string, ExtensionRules>([
  ['GB', { FIU_SUSPENSION: crownCourt, COURT: crownCourt }],
  [
    'SG',
    {
      POLICE_ORDER: {
        step: calendarDays(30),
        timesMax: 5,
        by: 'POLICE_ORDER',
        source: 'restriction order: 30 days, extended by 30 days up to five times',
      },
    },
  ],
  ['PH', { VOLUNTARY: philippineCourt, FIU_SUSPENSION: philippineCourt, POLICE_ORDER: philippineCourt, PROSECUTOR: philippineCourt }],
])
