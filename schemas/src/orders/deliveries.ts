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

/** The recipient by its name in the directory, and the attempts of the process that tried last. */
const tried = { recipient: textSchema(1, 140), attempts: z.int().min(0) }

/**
 * The delivery of an order to an institution that does not read the topic. `planned` has the order. `delivered`: the
 * recipient has it, or the directory now names the topic for it. `escalated`: the engine gave up and alerted the desk.
 * Without one of the last two, a planned delivery is pending.
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

/** A delivery record. Its id does not depend on the writer, so that a consumer recognises a repeat. */
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

/** Plans the delivery of an order to the recipient in the directory. */
export function plannedDelivery(order: Order, at: Date): Delivery {
  const { orderId, requestId, country, institution, payment } = order.data
  const vasp = payment.wallet?.vasp
  return deliveryOf(
    { kind: 'planned', orderId, requestId, country, institution: { bic: institution.bic, ...(vasp !== undefined && { vasp }) }, order },
    at,
  )
}
