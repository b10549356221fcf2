import type { BankMessage } from './bank-messages.ts'
import type { DeliveryBody } from './deliveries.ts'
import type { Order } from './orders.ts'

/** What became of an order for an institution that does not read the topic. `planned`: it is still being brought, or nobody has said yet that it was. */
export type OrderDelivery = { readonly at: string } & (
  | { readonly kind: 'planned' }
  | Pick<Extract<DeliveryBody, { kind: 'delivered' }>, 'kind' | 'recipient' | 'attempts' | 'channel'>
  | Pick<Extract<DeliveryBody, { kind: 'escalated' }>, 'kind' | 'recipient' | 'attempts' | 'why'>
)

/** An order as its country sees it that gave it; of the payment in it no more than its amount. Why it was given and the name of the institution are free text, and stand in the order itself. */
export interface OrderView extends Pick<Order['data'], 'orderId' | 'kind' | 'amount'> {
  readonly institution: Pick<Order['data']['institution'], 'bic'>
  /** When it was made. */
  readonly at: string
  /** The id of the fact that made it necessary. */
  readonly cause: string
  /** Oldest first. None of an order whose institution reads the topic. */
  readonly deliveries: readonly OrderDelivery[]
}

/** A message by which an institution answered orders of a request. Who sent it stands in the facts that came of it, and in the message. */
export interface BankMessageView extends Pick<BankMessage['data'], 'messageDefinition' | 'messageIdentification'> {
  readonly id: string
  /** When it came. */
  readonly at: string
  /** What it was understood as for this request: the command of a part is the cause of the fact or refusal that came of it. */
  readonly parts: ReadonlyArray<Omit<BankMessage['data']['parts'][number], 'requestId'>>
}

/** What `GET /v1/requests/ID/orders` answers the country whose institutions are ordered. Orders are there for as long as their topic keeps them, and longer where this desk has read them before. */
export interface RequestOrders {
  /** Oldest first. */
  readonly orders: readonly OrderView[]
  /** Messages by which institutions answered them, oldest first; an answer in JSON is in its fact whole. They are there as long as orders are. */
  readonly messages: readonly BankMessageView[]
  /** There where more has been sent than was read so far, of this request or of others: to be asked again. */
  readonly behind?: true
}
