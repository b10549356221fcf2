import {
  type Calendar,
  calendarDays,
  endOf,
  endOfDay,
  endOfDaySchema,
  hours,
  minutes,
  type Period,
  periodSchema,
  workingDays,
} from '@holdfast/countries'
import { textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { type TimerKind, timerKindSchema } from '../language/index.ts'
import { ageClassOf, ageClassSchema } from './age.ts'

/**
 * When a deadline is due, from its start: after a period, after a period by age of the payment, or at the end of a day.
 */
export const timerRuleSchema = z
  .strictObject({
    after: periodSchema.optional(),
    afterByAge: z.record(ageClassSchema, periodSchema).optional(),
    endOfDay: endOfDaySchema.optional(),
    source: textSchema(1, 200),
  })
  .refine(
    ({ after, afterByAge, endOfDay }) => [after, afterByAge, endOfDay].filter(Boolean).length === 1,
    'must have one of after, afterByAge and endOfDay',
  )
export type TimerRule = z.output<typeof timerRuleSchema>

export const timerRulesSchema = z.partialRecord(timerKindSchema, timerRuleSchema)

const after = (period: Period, source: string): TimerRule => ({ after: period, source })
const engine = 'practice of this engine'
const recognition = 'Regulation (EU) 2018/1805: 48 h to recognise an urgent certificate'
const execution = 'Regulation (EU) 2018/1805: 48 h to execute an urgent certificate'

/** The default timers of every country. */
export const defaultTimers: Readonly<Record<TimerKind, TimerRule>> = {
  verify: {
    // Money is gone within a day or two, so fresh payments come first.
    afterByAge: { GREEN: hours(4), AMBER: hours(12), LATE: hours(24) },
    source: `${engine}, within the 48 h of Regulation (EU) 2018/1805`,
  },
  verifyHard: after(hours(48), recognition),
  informationReminder: after(hours(24), engine),
  informationDecision: after(hours(72), engine),
  acknowledge: after(minutes(30), engine),
  acknowledgeEscalation: after(hours(1), engine),
  interimAnswer: {
    endOfDay: { at: '24:00', minutesLeftMin: 60 },
    source: 'Swift gSRP: an interim answer at the end of the day of arrival',
  },
  execute: after(hours(24), `${engine}, within the 48 h of Regulation (EU) 2018/1805`),
  executeHard: after(hours(48), execution),
  confirmedHoldReview: after(calendarDays(180), "after the United Kingdom's six months for a hold without a trial"),
  consentAnswer: after(workingDays(15), 'SEPA rulebooks 2025: 15 banking business days to answer a recall'),
  returnPayment: after(workingDays(10), engine),
  // The shortest five years: they have one or two leap days.
  retention: after(calendarDays(1826), "INTERPOL's Rules on the Processing of Data: five years at first"),
}

/** When a deadline that starts at `from` is due. `executedAt` is the time of the payment. */
export function dueAtOf(rule: TimerRule, calendar: Calendar, from: Date, executedAt: string): Date {
  if (rule.endOfDay) return endOfDay(rule.endOfDay, from, calendar)
  const period = rule.after ?? rule.afterByAge?.[ageClassOf(executedAt, from)]
  if (!period) throw new Error('a timer has a period or ends with the day')
  return endOf(period, from, calendar)
}
