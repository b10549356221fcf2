import { countrySchema, referenceSchema, requestIdSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { onwardPaymentSchema } from '../requests/freeze-request.ts'
import { childlessReasonSchema } from '../values/codes.ts'
import { positiveMoneySchema } from '../values/money.ts'
import { command, fact } from './definition.ts'
import { ofOnwardPayment } from './document-personal-data.ts'
import { arming, noteSchema } from './parts.ts'
import { institutionOrFiu } from './permission.ts'

/**
 * PTNA: all or part of the money has left the account. With `onward`, the destination, an onward request can be made
 * once the requesting country approves.
 */
const body = z.strictObject({
  amount: positiveMoneySchema,
  country: countrySchema,
  onward: onwardPaymentSchema.optional(),
  reference: referenceSchema.optional(),
  note: noteSchema.optional(),
})

export const ReportMovedOnward = command({
  body,
  example: {
    amount: { currency: 'USD', value: '2100000.00' },
    country: 'AE',
    onward: {
      rail: 'SWIFT',
      uetr: '0f1e2d3c-4b5a-4968-8776-655443322110',
      executedAt: '2024-07-22T16:40:00+09:00',
      creditor: { name: 'Creek Trading LLC', account: { other: '0012003400' } },
      creditorAgent: { bic: 'CREKAEAD', name: 'Creek Bank' },
    },
  },
  allowed: [institutionOrFiu],
  personalData: [...ofOnwardPayment, '/reference', '/note'],
  signable: true,
  mayUseReservedQuota: true,
  becomes: 'MovedOnwardReported',
})

/** The onward request of one report of money that moved onward. */
export const childSchema = z.strictObject({ requestId: requestIdSchema, hop: z.int().min(1).max(9) })

/**
 * The reaction to money that moved onward: an onward request under the requesting country's standing policy; a proposal
 * that the country approves or declines; or the reason why there can be none. Before standing policies existed, every
 * report opened an onward request at once.
 */
export const MovedOnwardReported = fact({
  body: body.extend({
    child: childSchema.optional(),
    standingPolicy: z.strictObject({ minimum: positiveMoneySchema, childrenMax: z.int().min(1) }).optional(),
    proposed: childSchema.optional(),
    childless: childlessReasonSchema.optional(),
    ...arming,
  }),
  requesterIsNotified: true,
})

/** Copied from the report to the decision on it, so that the decision can be read alone. */
export const reported = { country: countrySchema, amount: positiveMoneySchema }
