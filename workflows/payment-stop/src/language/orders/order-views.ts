import type { DeliveryBody } from '@holdfast/schemas'
import type { BankMessage } from './bank-messages.ts'
import type { Order } from './orders.ts'

/** The delivery of an order to an institution that does not read the topic. `planned`: not confirmed yet. */
export type OrderDelivery = { readonly at: string } & (
  | { readonly kind: 'planned' }
  | Pick<Extract<DeliveryBody, { kind: 'delivered' }>, 'kind' | 'recipient' | 'attempts' | 'channel'>
  | Pick<Extract<DeliveryBody, { kind: 'escalated' }>, 'kind' | 'recipient' | 'attempts' | 'why'>
)

/**
 * An order for the country that gave it, with the amount as the only detail of the payment. The reason and the
 * institution's name are free text, which only the order has.
 */
export interface OrderView extends Pick<Order['data'], 'orderId' | 'kind' | 'amount'> {
  readonly institution: Pick<Order['data']['institution'], 'bic'>
  /** When the order was created. */
  readonly at: string
  /** The id of the fact that caused it. */
  readonly cause: string
  /** Oldest first. Empty if the institution reads the topic. */
  readonly deliveries: readonly OrderDelivery[]
}

/**
 * A message in which an institution answered orders of a request. Its sender is in the resulting facts, and in the
 * message.
 */
export interface BankMessageView extends Pick<BankMessage['data'], 'messageDefinition' | 'messageIdentification'> {
  readonly id: string
  /** When it was received. */
  readonly at: string
  /** How it was read for this request. The command of a part is the cause of the resulting fact or refusal. */
  readonly parts: ReadonlyArray<Omit<BankMessage['data']['parts'][number], 'requestId'>>
}

/**
 * The response of `GET /v1/requests/ID/orders`, for the country of the institutions. Orders are available while their
 * topic keeps them, and longer if this desk has read them.
 */
export interface RequestOrders {
  /** Oldest first. */
  readonly orders: readonly OrderView[]
  /**
   * Messages in which institutions answered, oldest first, available as long as orders. An answer in JSON is complete
   * in its fact.
   */
  readonly messages: readonly BankMessageView[]
  /** Present while this desk has not read all records, of this or other requests. Ask again later. */
  readonly behind?: true
}
