import { instantSchema } from '@holdfast/schemas'
import { z } from 'zod'

/**
 * The kinds of deadlines. `verify` escalates after the time for the payment's age class; `verifyHard` is the limit for all
 * payments.
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

/** Deadlines from a country's timers. The end of a hold and its warnings come from the hold. */
export const timerKindSchema = deadlineKindSchema.exclude(['holdExpiry', 'holdWarning'])
export type TimerKind = z.output<typeof timerKindSchema>

/**
 * A running deadline as an absolute instant, whatever unit the law uses. `about` is the end of the hold that a warning
 * concerns.
 */
export const deadlineSchema = z.strictObject({ kind: deadlineKindSchema, dueAt: instantSchema, about: instantSchema.optional() })
export type Deadline = z.output<typeof deadlineSchema>
