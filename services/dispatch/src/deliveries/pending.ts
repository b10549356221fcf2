import type { Recipient } from '@holdfast/directory'

/** An order that is still to be delivered. */
export interface Pending {
  readonly orderId: string
  readonly requestId: string
  readonly country: string
  /** Of the institution it is for. */
  readonly bic: string
  /** Of the service provider that has the wallet, where the payment went to one. */
  readonly vasp?: string | undefined
  /** Where it lies in its partition: the orders of a request go out in this order. */
  readonly position: number
  /** By the log. */
  readonly giveUpAtMs: number
  readonly owner: PendingOwner
  /** How often it failed, as far as this process knows. */
  failures: number
  /** By the time that nobody sets. */
  dueAtMs: number
  /** How often its endpoint had failed when it came there. */
  endpointFailures: number
}

/** The partition that an order is of. */
export interface PendingOwner {
  /** False when no attempt may begin any more. */
  mayBegin(): boolean
  /** Aborts when those under way have to end. */
  readonly ending: AbortSignal
  /** The time that there is for it is over. */
  isOver(pending: Pending): boolean
  /** The order as JSON. Throws when the stream can't be reached. */
  textOf(pending: Pending): Promise<string>
  /** Writes down what became of it, however long that takes; gives up, without a trace, when it has to end. Never rejects. */
  ended(pending: Pending, how: Ended): Promise<void>
}

/** What became of an order; `attempts` are those of this process. */
export type Ended =
  | { readonly kind: 'delivered'; readonly recipient: string; readonly attempts: number; readonly channel: 'webhook' | 'file' | 'topic' }
  | { readonly kind: 'escalated'; readonly recipient: string; readonly attempts: number; readonly why: string }

export const triedBy = ({ failures }: Pending, { name }: Recipient) => ({ recipient: name, attempts: failures })
