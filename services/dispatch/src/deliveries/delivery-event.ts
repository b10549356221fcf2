import { type Delivery, deliverySchema, parseJson, parseStored } from '@holdfast/schemas'

/** What lies in the topic, as it was written there: an order is delivered with the very bytes that its topic has. Undefined when it can't be read. */
export function readDelivery(value: string): Delivery | undefined {
  const json = parseJson(value)
  return json.ok && parseStored(deliverySchema, json.value).ok ? (json.value as Delivery) : undefined
}
