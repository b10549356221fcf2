import { type DispatchedDelivery, dispatchedDeliverySchema, parseJson, parseStored } from '@holdfast/schemas'

/**
 * Parses a record of the topic but returns it unvalidated, because an order is delivered with exactly the bytes in its
 * topic. Undefined if the record is unreadable.
 */
export function readDelivery(value: string): DispatchedDelivery | undefined {
  const json = parseJson(value)
  return json.ok && parseStored(dispatchedDeliverySchema, json.value).ok ? (json.value as DispatchedDelivery) : undefined
}
