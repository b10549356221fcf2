import { z } from 'zod'
import { textSchema } from './characters.ts'
import { eventSchema } from './cloud-event.ts'
import { bicSchema, confidentialitySchema, countrySchema, orderKindSchema, requestIdSchema } from './codes.ts'
import { freezeRequestSchema } from './freeze-request.ts'
import { moneySchema } from './money.ts'

/**
 * What an institution is told to do. `freeze` asks to hold up to `amount`; `release` to lift what is held; `cancel` to do nothing more, since the request has
 * ended before anything was reported held, and to lift what may have been held since; `chase` to answer, or to pay what is due; `information` answers its question.
 * The order id is the same whenever the order is sent again, so a receiver can tell the repeat.
 */
const orderBodySchema = z.strictObject({
  orderId: z.uuid(),
  requestId: requestIdSchema,
  kind: orderKindSchema,
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
