import { findingsSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { rejectionCodeSchema } from '../values/codes.ts'
import { command, fact } from './definition.ts'
import { arming, isNarrative, needsText, noteSchema } from './parts.ts'
import { desk, validation } from './permission.ts'

const body = z.strictObject({ code: rejectionCodeSchema, text: noteSchema.optional(), findings: findingsSchema.optional() })

/** V24, V25. */
export const Reject = command({
  body: body.refine(({ code, text }) => code !== 'NARR' || isNarrative(text), { path: ['text'], ...needsText }),
  example: { code: 'LEGL', text: 'A court of this country has ruled on this payment already' },
  allowed: [validation, desk],
  personalData: ['/text'],
  becomes: 'RequestRejected',
})

export const RequestRejected = fact({ body: body.extend(arming), requesterIsNotified: true })
