import { type Delivery, type DeliveryBody, deliverySchema, deliveryType, deterministicId, parseJson, parseKept } from '@holdfast/schemas'

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

/** What lies in the topic, as it was written there: an order is delivered with the very bytes that its topic has. Undefined when it can't be read. */
export function readDelivery(value: string): Delivery | undefined {
  const json = parseJson(value)
  return json.ok && parseKept(deliverySchema, json.value).ok ? (json.value as Delivery) : undefined
}
