import { instantSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { approval, arming, instrument } from './parts.ts'
import { authority } from './permission.ts'

/**
 * V22: a confirmation has instrument, authority, reference and date. Without `expiresAt` it has no end of its own.
 */
const body = z.strictObject({
  instrument: z.enum(['COURT_ORDER', 'PROSECUTOR_ORDER', 'FIU_ORDER', 'MLA_REQUEST', 'FREEZING_CERTIFICATE']),
  ...instrument,
  expiresAt: instantSchema.optional(),
})

export const ConfirmFreeze = command({
  body,
  example: { instrument: 'COURT_ORDER', authority: 'District Court of Dili', reference: 'C-118/2024', date: '2024-07-26' },
  allowed: [authority],
  personalData: ['/authority', '/reference'],
  dualApproval: 'onceFrozen',
  mayUseReservedQuota: true,
  becomes: 'FreezeConfirmed',
})

export const FreezeConfirmed = fact({
  body: body.extend({ ...approval, ...arming }),
  requesterIsNotified: true,
  deadlines: ({ expiresAt }, { holds, timers, warnings }) => {
    if (expiresAt === undefined) return timers('confirmedHoldReview')
    // Holds without an end stay without one.
    return holds.some(hold => hold.expiresAt !== null) ? warnings(expiresAt) : []
  },
})
