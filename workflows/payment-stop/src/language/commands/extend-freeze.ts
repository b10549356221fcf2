import { instantSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { freezeBasisSchema } from '../values/codes.ts'
import { command, fact } from './definition.ts'
import { approval, arming, instrument } from './parts.ts'
import { authority } from './permission.ts'

/**
 * V21: the authority of the order and the new end. Without `expiresAt`, the longest extension that the law of the
 * beneficiary country allows.
 */
const body = z.strictObject({ basis: freezeBasisSchema, ...instrument, expiresAt: instantSchema.optional() })

export const ExtendFreeze = command({
  body,
  example: { basis: 'COURT', authority: 'District Court of Dili', reference: 'C-118/2024', date: '2024-07-31' },
  allowed: [authority],
  personalData: ['/authority', '/reference'],
  dualApproval: 'onceFrozen',
  mayUseReservedQuota: true,
  becomes: 'FreezeExtended',
})

/** `hold` is the index of the hold before this fact, from 0. */
export const FreezeExtended = fact({
  body: body.extend({
    extended: z
      .array(z.strictObject({ hold: z.int().min(0), expiresAt: instantSchema }))
      .min(1)
      .max(100),
    ...approval,
    ...arming,
  }),
  requesterIsNotified: true,
  deadlines: ({ extended }, { warnings }) => warnings(...extended.map(({ expiresAt }) => expiresAt)),
})
