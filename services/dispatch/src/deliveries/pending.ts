import type { Recipient } from '@holdfast/directory'

/** An order that is still to be delivered. */
export interface Pending {
  readonly orderId: string
  readonly requestId: string
  readonly country: string
  /** Of the institution that the order is for. */
  readonly bic: string
  /** The VASP that has the wallet, if the payment went to one. */
  readonly vasp?: string | undefined
  /** Its offset in the partition: orders of a request are sent in this order. */
  readonly position: number
  /** In log time. */
  readonly expiresAtMs: number
  readonly owner: PendingOwner
  /** Failed attempts of this process. */
  failures: number
  /** In monotonic time. */
  dueAtMs: number
  /** Failures of its endpoint when the order was queued. */
  endpointFailures: number
}

/** The partition of an order. */
export interface PendingOwner {
  /** False if no new attempt may start. */
  mayStart(): boolean
  /** Aborts when running attempts must end. */
  readonly ending: AbortSignal
  /** Whether the order has expired. */
  isExpired(pending: Pending): boolean
  /** Returns the order as JSON. Throws if the stream is unreachable. */
  textOf(pending: Pending): Promise<string>
  /** Records the outcome, however long that takes; stops without a trace when it must end. Never rejects. */
  ended(pending: Pending, how: Ended): Promise<void>
}

/** The outcome for an order; `attempts` counts those of this process. */
export type Ended =
  | { readonly kind: 'delivered'; readonly recipient: string; readonly attempts: number; readonly channel: 'webhook' | 'file' | 'topic' }
  | { readonly kind: 'escalated'; readonly recipient: string; readonly attempts: number; readonly why: string }

export const attemptsOf = ({ failures }: Pending, { name }: Recipient) => ({ recipient: name, attempts: failures })
