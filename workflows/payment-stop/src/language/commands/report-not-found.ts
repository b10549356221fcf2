import { z } from 'zod'
import { command, fact } from './definition.ts'
import { arming, noteSchema } from './parts.ts'
import { institutionOrFiu } from './permission.ts'

/** AC03 wrong account, AC04 account closed, NOOR payment never received. */
const body = z.strictObject({ reason: z.enum(['AC03', 'AC04', 'NOOR']), note: noteSchema.optional() })

export const ReportNotFound = command({
  body,
  example: { reason: 'AC04' },
  allowed: [institutionOrFiu],
  personalData: ['/note'],
  signable: true,
  becomes: 'NotFoundReported',
})

export const NotFoundReported = fact({ body: body.extend(arming), requesterIsNotified: true })
