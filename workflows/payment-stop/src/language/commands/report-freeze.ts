import { instantSchema, referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { freezeBasisSchema } from '../values/codes.ts'
import { positiveMoneySchema } from '../values/money.ts'
import { command, fact } from './definition.ts'
import { arming } from './parts.ts'
import { institutionOrFiu } from './permission.ts'

const body = z.strictObject({
  amount: positiveMoneySchema,
  basis: freezeBasisSchema,
  expiresAt: instantSchema.optional(),
  reference: referenceSchema.optional(),
})

export const ReportFreeze = command({
  body,
  example: { amount: { currency: 'USD', value: '39000000.00' }, basis: 'FIU_SUSPENSION', reference: 'FIU-2024-118' },
  allowed: [institutionOrFiu],
  personalData: ['/reference'],
  signable: true,
  mayUseReservedQuota: true,
  becomes: 'FreezeReported',
})

/** The end of a hold is always known in a fact: from the institution or from the country's profile. */
export const FreezeReported = fact({
  body: body.extend({ expiresAt: instantSchema, ...arming }),
  requesterIsNotified: true,
  deadlines: ({ expiresAt }, { warnings }) => warnings(expiresAt),
})
