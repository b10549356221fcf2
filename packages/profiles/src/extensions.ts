import { freezeBasisSchema, textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { calendarDays, periodSchema } from './periods.ts'

/** How a hold on one basis may be extended. One of the two limits is always there, so no hold goes on without end. */
export const extensionRuleSchema = z
  .strictObject({
    /** The longest single extension, from where the hold would have ended. */
    step: periodSchema,
    /** How many there may be. */
    timesMax: z.int().min(0).max(100).optional(),
    /** The longest the hold may last in all, from its first beginning. */
    total: periodSchema.optional(),
    /** On whose order. */
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
  // The act names no limit for the court. Half a year is when any confirmed hold is looked at again.
  step: calendarDays(180),
  total: calendarDays(180),
  by: 'COURT',
  source: 'AFASA (RA 12010) sec. 7: 30 calendar days unless a court extends it; limit of 180 days in all by this table',
}

/** By freezing country. What is not here can't be extended: a new hold needs a new decision. */
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
