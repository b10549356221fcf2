import { countrySchema } from '@holdfast/schemas'
import { z } from 'zod'
import { dualApprovalCommands } from '../events/registry.ts'
import { moneySchema } from '../values/money.ts'

/**
 * Reasons of an alert. Each code has one sentence: a missed deadline has its kind, money without an onward request the
 * cause. If the two countries get different texts, the code ends with the country it is for. Codes are stable: member
 * systems branch on them, and the page has a text for each.
 */
export const alertCodeSchema = z.enum([
  'deadline.verify',
  'deadline.verifyHard.requester',
  'deadline.verifyHard.beneficiary',
  'deadline.informationReminder',
  'deadline.informationDecision.requester',
  'deadline.informationDecision.beneficiary',
  'deadline.acknowledge',
  'deadline.acknowledgeEscalation',
  'deadline.interimAnswer',
  'deadline.execute',
  'deadline.executeHard.requester',
  'deadline.executeHard.beneficiary',
  'deadline.holdWarning',
  'deadline.holdExpiry',
  'deadline.confirmedHoldReview',
  'deadline.consentAnswer',
  'deadline.returnPayment.requester',
  'deadline.returnPayment.beneficiary',
  'deadline.retention',
  'unfollowed.DENIED_COUNTRY',
  'unfollowed.SAME_COUNTRY',
  'unfollowed.NOT_A_MEMBER',
  'unfollowed.HOP_LIMIT',
  'unfollowed.HOP_CYCLE',
  'unfollowed.NO_PARTICULARS',
  'lateAnswer',
  'lateAnswer.last',
  'undelivered.requester',
  'undelivered.beneficiary',
  'erasedWhileParked',
  'erasureWaits',
  'movedOnward',
  'proposed',
  'challengeLodged',
  'challengeDecided.FOR_HOLDER',
  'challengeDecided.AGAINST_HOLDER',
])
export type AlertCode = z.output<typeof alertCodeSchema>

/** The values in the text of an alert. */
export const alertParametersSchema = z.strictObject({
  /** `movedOnward`: the amount, and its destination. */
  amount: moneySchema.optional(),
  country: countrySchema.optional(),
  /** `movedOnward`: the number of the reporting fact, which `FollowOnward` and `DeclineOnward` refer to. */
  report: z.int().min(1).optional(),
  /** `proposed`: the command that awaits the second approval. */
  command: z.enum(dualApprovalCommands).optional(),
})
export type AlertParameters = z.output<typeof alertParametersSchema>

/** An alert of one country: the code for systems and translated pages, the message in English. */
export interface AlertText {
  readonly code: AlertCode
  readonly message: string
  readonly parameters?: AlertParameters
}
