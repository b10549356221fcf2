import { referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { returnBasisSchema } from '../values/codes.ts'
import { command, fact } from './definition.ts'
import { approval, arming } from './parts.ts'
import { institutionOrFiu } from './permission.ts'

/** V23: consent, indemnity or order. */
const body = z.strictObject({ basis: returnBasisSchema, reference: referenceSchema.optional() })

export const InitiateReturn = command({
  body,
  example: { basis: 'ORDER', reference: 'C-118/2024' },
  allowed: [institutionOrFiu],
  personalData: ['/reference'],
  signable: true,
  dualApproval: 'onceFrozen',
  mayUseReservedQuota: true,
  becomes: 'ReturnInitiated',
})

export const ReturnInitiated = fact({
  body: body.extend({ ...approval, ...arming }),
  requesterIsNotified: true,
  deadlines: (_data, { timers }) => timers('returnPayment'),
})
