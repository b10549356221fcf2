import { referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { interimReasonSchema } from '../values/codes.ts'
import { command, fact } from './definition.ts'
import { arming, noteSchema } from './parts.ts'
import { institutionOrFiu } from './permission.ts'

/** PDCR: not the final answer. */
const body = z.strictObject({ reason: interimReasonSchema, reference: referenceSchema.optional(), note: noteSchema.optional() })

export const ReportInterim = command({
  body,
  example: { reason: 'RQDA', note: "The holder's consent is asked for" },
  allowed: [institutionOrFiu],
  personalData: ['/reference', '/note'],
  signable: true,
  becomes: 'InterimReported',
})

export const InterimReported = fact({
  body: body.extend(arming),
  requesterIsNotified: true,
  deadlines: ({ reason }, { timers }) => (reason === 'RQDA' || reason === 'ADAC' ? timers('consentAnswer') : []),
})
