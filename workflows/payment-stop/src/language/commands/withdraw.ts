import { actorSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { command, fact } from './definition.ts'
import { arming, noteSchema } from './parts.ts'
import { requester } from './permission.ts'

const body = z.strictObject({ reason: noteSchema })

export const Withdraw = command({
  body,
  example: { reason: 'The victim was paid back' },
  allowed: [requester],
  personalData: ['/reason'],
  dualApproval: 'onceFrozen',
  mayUseReservedQuota: true,
  becomes: 'RequestWithdrawn',
})

/** Before money is frozen, one person withdraws. */
export const RequestWithdrawn = fact({
  body: body.extend({ proposedBy: actorSchema.optional(), ...arming }),
  requesterIsNotified: true,
})
