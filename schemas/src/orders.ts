import { z } from 'zod'
import { eventSchema } from './cloud-event.ts'
import { bicSchema, confidentialitySchema, countrySchema, requestIdSchema, textSchema } from './codes.ts'
import { freezeRequestSchema } from './freeze-request.ts'
import { moneySchema } from './money.ts'

/**
 * What an institution is told to do. `freeze` asks to hold up to `amount`; `release` asks to lift what is held.
 * The order id is the same whenever the order is sent again, so a receiver can tell the repeat.
 */
const orderBodySchema = z.strictObject({
  orderId: z.uuid(),
  requestId: requestIdSchema,
  kind: z.enum(['freeze', 'release']),
  country: countrySchema,
  requestingCountry: countrySchema,
  caseReference: textSchema(1, 35),
  institution: z.strictObject({ bic: bicSchema, name: textSchema(1, 140).optional() }),
  amount: moneySchema,
  reason: textSchema(1, 500),
  legalBasis: textSchema(1, 350),
  confidentiality: confidentialitySchema,
  /** False forbids any word to the account holder (V28). */
  discloseToHolder: z.boolean(),
  payment: freezeRequestSchema.shape.payment,
})

const orderTypePrefix = 'holdfast.order.v1'
export const orderSchema = eventSchema(orderTypePrefix, orderBodySchema).meta({
  title: 'Order',
  description: 'A record of freeze.orders.<cc>.',
})
export type Order = z.output<typeof orderSchema>
export const orderType = orderTypePrefix
