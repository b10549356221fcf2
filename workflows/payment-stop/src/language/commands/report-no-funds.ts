import { z } from 'zod'
import { command, fact } from './definition.ts'
import { arming, noteSchema } from './parts.ts'
import { institutionOrFiu } from './permission.ts'

/** AM04: the account exists, the money is not there. */
const body = z.strictObject({ reason: z.literal('AM04'), note: noteSchema.optional() })

export const ReportNoFunds = command({
  body,
  example: { reason: 'AM04' },
  allowed: [institutionOrFiu],
  personalData: ['/note'],
  signable: true,
  becomes: 'NoFundsReported',
})

export const NoFundsReported = fact({ body: body.extend(arming), requesterIsNotified: true })
