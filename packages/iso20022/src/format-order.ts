import { cloudEventsMediaType, type Order } from '@holdfast/schemas'
import { formatMessage } from './format-message.ts'
import { messageOfOrder } from './orders.ts'

export interface FormattedOrder {
  readonly body: string
  readonly mediaType: string
  readonly extension: 'json' | 'xml'
}

/**
 * An order as its recipient reads it, the same bytes each time. Of the bank messages only those are made that mean what the order means: a release has none, so it goes out as
 * JSON to a bank too, and so does an order that does not fit its message. `authority` is in whose name it is sent.
 */
export function formatOrder(order: Order, format: 'json' | 'iso20022', authority: string): FormattedOrder {
  // A bank message has no place for a wallet, and who has one is no bank.
  const xml = format === 'iso20022' && !order.data.payment.wallet ? xmlOf(order, authority) : undefined
  if (xml !== undefined) return { body: xml, mediaType: 'application/xml; charset=utf-8', extension: 'xml' }
  return { body: JSON.stringify(order), mediaType: `${cloudEventsMediaType}; charset=utf-8`, extension: 'json' }
}

function xmlOf(order: Order, authority: string): string | undefined {
  const sender = { party: { name: authority, country: order.data.country } }
  const message = messageOfOrder(order.data, { sender, createdAt: order.time })
  const xml = message.ok ? formatMessage(message.value) : message
  return xml.ok ? xml.value : undefined
}
