import { cloudEventsMediaType } from '@holdfast/schemas'
import type { Order } from '../language/index.ts'
import { formatMessage } from './format-message.ts'
import { messageOfOrder } from './orders.ts'

export interface FormattedOrder {
  readonly body: string
  readonly mediaType: string
  readonly extension: 'json' | 'xml'
}

/**
 * An order for its recipient, the same bytes each time. Only orders with an equivalent bank message become one: a release has
 * none, so it is sent as JSON, and so is an order that does not fit its message. `authority` is the sender's name.
 */
export function formatOrder(order: Order, format: 'json' | 'iso20022', authority: string): FormattedOrder {
  // A bank message has no element for a wallet, and wallet providers are not banks.
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
