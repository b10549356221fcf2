import { z } from 'zod'
import { countrySchema } from '../codes.ts'
import { moneySchema } from '../money.ts'
import { dualApprovalCommands } from '../requests/commands.ts'

/**
 * What somebody has to look at, one code for each sentence: of a deadline that passed its kind, of money that nothing follows the reason why. Where the two sides are told different things the code
 * ends with whose it is. A code is part of the surface, as that of a refusal is: members' systems branch on it, and the page has words for it.
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
])
export type AlertCode = z.output<typeof alertCodeSchema>

/** What the words of an alert need. */
export const alertParametersSchema = z.strictObject({
  /** `movedOnward`: how much, and where it went. */
  amount: moneySchema.optional(),
  country: countrySchema.optional(),
  /** `movedOnward`: the number of the fact that reports it, by which `FollowOnward` and `DeclineOnward` name it. */
  report: z.int().min(1).optional(),
  /** `proposed`: what a second person has to agree to. */
  command: z.enum(dualApprovalCommands).optional(),
})
export type AlertParameters = z.output<typeof alertParametersSchema>

/** What one side is told: the code for systems and for pages in other languages, the message for people who read English. */
export interface AlertText {
  readonly code: AlertCode
  readonly message: string
  readonly parameters?: AlertParameters
}
