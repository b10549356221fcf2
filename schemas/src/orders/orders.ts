import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { bicSchema, confidentialitySchema, countrySchema, orderKindSchema, requestIdSchema } from '../codes.ts'
import { detachedJwsSchema } from '../encrypted/signed.ts'
import { moneySchema } from '../money.ts'
import { freezeRequestSchema } from '../requests/freeze-request.ts'
import { textSchema } from '../texts/characters.ts'

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
export const orderSchema = eventSchema(orderTypePrefix, orderBodySchema)
  .extend({
    /** By the engine, over the RFC 8785 form of data, id, source and type (ADR 63). An order that is older than that has none. */
    signature: detachedJwsSchema.optional(),
  })
  .meta({
    title: 'Order',
    description: 'A record of freeze.orders.<cc>.',
  })
export type Order = z.output<typeof orderSchema>
export const orderType = orderTypePrefix

/** A public key by which an engine signs orders (RFC 7517, RFC 8037); `kid` is its thumbprint (RFC 7638). */
export interface EngineKey {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly alg: 'Ed25519'
  readonly use: 'sig'
}

/** What `GET /v1/engine-keys` answers: a JWK set. */
export interface EngineKeys {
  readonly keys: readonly EngineKey[]
}
