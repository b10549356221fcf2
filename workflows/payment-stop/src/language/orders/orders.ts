import { bicSchema, countrySchema, detachedJwsSchema, eventSchema, orderType, requestIdSchema, textSchema } from '@holdfast/schemas'
import { z } from 'zod'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { confidentialitySchema, orderKindSchema } from '../values/codes.ts'
import { moneySchema } from '../values/money.ts'

/**
 * The instruction to an institution. `freeze`: hold up to `amount`. `release`: lift the hold. `cancel`: do nothing more,
 * since the request ended before a hold was reported, and lift any later hold. `chase`: answer, or return what is due.
 * `information`: an answer to the institution's question. A repeat has the same order id, so that a receiver recognises it.
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
  /** False: the institution must not notify the account holder (V28). */
  discloseToHolder: z.boolean(),
  payment: freezeRequestSchema.shape.payment,
})

export const orderSchema = eventSchema(orderType, orderBodySchema)
  .extend({
    /** The engine's signature over the RFC 8785 form of data, id, source and type (ADR 63). Older orders have none. */
    signature: detachedJwsSchema.optional(),
  })
  .meta({
    title: 'Order',
    description: 'A record of freeze.orders.<cc>.',
  })
export type Order = z.output<typeof orderSchema>
