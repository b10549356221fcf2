import { z } from 'zod'
import { eventSchema } from '../cloud-event.ts'
import { bicSchema, countrySchema, requestIdSchema } from '../codes.ts'
import { deterministicId } from '../ids.ts'
import { textSchema } from '../texts/characters.ts'
import { type Order, orderSchema } from './orders.ts'

const about = {
  orderId: z.uuid(),
  requestId: requestIdSchema,
  country: countrySchema,
  institution: z.strictObject({ bic: bicSchema, vasp: textSchema(1, 140).optional() }),
}

/** Who took it or did not, by the name it has in the directory, and after how many tries of the process that tried last. */
const tried = { recipient: textSchema(1, 140), attempts: z.int().min(0) }

/**
 * How an order reaches an institution that does not read the topic. `planned` brings the order; `delivered` says that the recipient has it, or that the directory names the
 * topic for it by now; `escalated` that it was given up and that the desk was told. What is planned and neither of the others is still to be delivered.
 */
const deliveryBodySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('planned'), ...about, order: orderSchema }),
  z.strictObject({ kind: z.literal('delivered'), ...about, ...tried, channel: z.enum(['webhook', 'file', 'topic']) }),
  z.strictObject({ kind: z.literal('escalated'), ...about, ...tried, why: textSchema(1, 500) }),
])
export type DeliveryBody = z.output<typeof deliveryBodySchema>

export const deliveryType = 'holdfast.delivery.v1'
export const deliverySchema = eventSchema(deliveryType, deliveryBodySchema).meta({
  title: 'Delivery',
  description: 'A record of freeze.deliveries.',
})
export type Delivery = z.output<typeof deliverySchema>

/** A record of the deliveries. Its id is the same whoever writes it, so that who reads the topic can tell a repeat. */
export const deliveryOf = (data: DeliveryBody, at: Date): Delivery => ({
  specversion: '1.0',
  id: deterministicId('delivery', data.orderId, data.kind),
  source: '/holdfast/dispatch',
  type: deliveryType,
  subject: data.requestId,
  time: at.toISOString(),
  datacontenttype: 'application/json',
  causationid: data.orderId,
  data,
})

/** That an order is to be delivered, to whomever the directory names. */
export function plannedDelivery(order: Order, at: Date): Delivery {
  const { orderId, requestId, country, institution, payment } = order.data
  const vasp = payment.wallet?.vasp
  return deliveryOf(
    { kind: 'planned', orderId, requestId, country, institution: { bic: institution.bic, ...(vasp !== undefined && { vasp }) }, order },
    at,
  )
}
