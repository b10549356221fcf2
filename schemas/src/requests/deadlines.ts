import { z } from 'zod'
import { instantSchema } from '../codes.ts'

/**
 * Every kind of deadline a request can have armed. Two kinds of one name are its first and its hard limit:
 * `verify` is escalated at the class of the payment's age, `verifyHard` when nothing may wait longer.
 */
export const deadlineKindSchema = z.enum([
  'verify',
  'verifyHard',
  'informationReminder',
  'informationDecision',
  'acknowledge',
  'acknowledgeEscalation',
  'interimAnswer',
  'execute',
  'executeHard',
  'holdWarning',
  'holdExpiry',
  'confirmedHoldReview',
  'consentAnswer',
  'returnPayment',
  'retention',
])
export type DeadlineKind = z.output<typeof deadlineKindSchema>

/** Deadlines that come from a country's timers; the end of a hold and its warnings come from the hold. */
export const timerKindSchema = deadlineKindSchema.exclude(['holdExpiry', 'holdWarning'])
export type TimerKind = z.output<typeof timerKindSchema>

/** An armed deadline: an absolute instant, whatever unit the law counts in. `about` is the end of the hold that a warning warns of. */
export const deadlineSchema = z.strictObject({ kind: deadlineKindSchema, dueAt: instantSchema, about: instantSchema.optional() })
export type Deadline = z.output<typeof deadlineSchema>
