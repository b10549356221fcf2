import { z } from 'zod'
import { eventSchema } from './cloud-event.ts'
import { bicSchema, countrySchema, requestIdSchema } from './codes.ts'
import { orderType } from './engine-events.ts'
import { deterministicId } from './ids.ts'
import { textSchema } from './texts/characters.ts'

/** An order of any workflow, as far as its delivery depends on it. */
export interface DispatchedOrder {
  readonly id: string
  readonly source: string
  readonly type: typeof orderType
  readonly correlationid?: string | undefined
  readonly traceparent?: string | undefined
  readonly signature?: string | undefined
  readonly data: {
    readonly orderId: string
    readonly requestId: string
    readonly kind: string
    readonly country: string
    readonly institution: { readonly bic: string }
  }
}
const dispatchedOrderSchema: z.ZodType<DispatchedOrder> = eventSchema(
  orderType,
  z.looseObject({
    orderId: z.uuid(),
    requestId: requestIdSchema,
    kind: textSchema(1, 50),
    country: countrySchema,
    institution: z.looseObject({ bic: bicSchema }),
  }),
).loose()

const about = {
  orderId: z.uuid(),
  requestId: requestIdSchema,
  country: countrySchema,
  institution: z.strictObject({ bic: bicSchema, vasp: textSchema(1, 140).optional() }),
}

/** The recipient by its name in the directory, and the attempts of the process that tried last. */
const tried = { recipient: textSchema(1, 140), attempts: z.int().min(0) }

export const deliveryType = 'holdfast.delivery.v1'

/**
 * The delivery of an order to an institution that does not read the topic. `planned` has the order. `delivered`: the
 * recipient has it, or the directory now names the topic for it. `escalated`: the engine gave up and alerted the desk.
 * Without one of the last two, a planned delivery is pending.
 */
export const deliverySchemaOf = <Order extends z.ZodType>(orderSchema: Order) =>
  eventSchema(
    deliveryType,
    z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('planned'), ...about, order: orderSchema }),
      z.strictObject({ kind: z.literal('delivered'), ...about, ...tried, channel: z.enum(['webhook', 'file', 'topic']) }),
      z.strictObject({ kind: z.literal('escalated'), ...about, ...tried, why: textSchema(1, 500) }),
    ]),
  )

/** The delivery of an order of any workflow. */
export const dispatchedDeliverySchema = deliverySchemaOf(dispatchedOrderSchema)
export type DispatchedDelivery = z.output<typeof dispatchedDeliverySchema>
export type DeliveryBody = DispatchedDelivery['data']

/** A delivery record. Its id does not depend on the writer, so that a consumer recognises a repeat. */
export const deliveryOf = (data: DeliveryBody, at: Date): DispatchedDelivery => ({
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

/**
 * Plans the delivery of an order to the recipient in the directory.
 *
 * @param vasp the provider that has the wallet, if the order is about one.
 */
export function plannedDelivery(order: DispatchedOrder, vasp: string | undefined, at: Date): DispatchedDelivery {
  const { orderId, requestId, country, institution } = order.data
  return deliveryOf(
    { kind: 'planned', orderId, requestId, country, institution: { bic: institution.bic, ...(vasp !== undefined && { vasp }) }, order },
    at,
  )
}
