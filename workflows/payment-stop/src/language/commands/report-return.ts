import { referenceSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { moneySchema, positiveMoneySchema } from '../values/money.ts'
import { command, fact } from './definition.ts'
import { arming } from './parts.ts'
import { institution } from './permission.ts'

const body = z.strictObject({
  amount: positiveMoneySchema,
  charges: moneySchema.optional(),
  /** The amount that the victim's bank received, if in another currency, and the rate (pacs.004 XchgRate). */
  converted: z
    .strictObject({ amount: positiveMoneySchema, rate: z.string().regex(/^\d{1,11}(\.\d{1,10})?$/, 'must be a decimal in a string') })
    .optional(),
  reference: referenceSchema,
})

export const ReportReturn = command({
  body,
  example: {
    amount: { currency: 'USD', value: '38998200.00' },
    charges: { currency: 'USD', value: '1800.00' },
    reference: 'P4-4711',
  },
  allowed: [institution],
  personalData: ['/reference'],
  signable: true,
  mayUseReservedQuota: true,
  becomes: 'ReturnReported',
})

export const ReturnReported = fact({
  body: body.extend(arming),
  requesterIsNotified: true,
  deadlines: (_data, { timers }) => timers('returnPayment'),
})
