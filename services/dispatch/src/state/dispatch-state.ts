import type { RequestSummary } from '@holdfast/payment-stop/lifecycle'
import type { Money, OrderKind } from '@holdfast/schemas'
import type { EncryptedFrame, OrderFrame } from '../orders/frames.ts'

/** A sent order, with what is needed to match its answer. */
export interface SentOrder {
  readonly orderId: string
  readonly kind: OrderKind
  readonly amount: Money
  /** The institution in the document when the order was sent. */
  readonly bic: string
}

/** A report of money that moved onward, which waits for the requester's decision, with what its child request needs. */
export interface WaitingReport {
  readonly sequence: number
  /** Offsets of the report and of its document in the ledger partition. */
  readonly offset: number
  readonly documentOffset: number
}

/** The state of a request in dispatch. */
export interface DispatchState {
  /** The summary of its facts. */
  readonly summary: RequestSummary
  /** Null once the request has ended, because account data is not kept longer than necessary. */
  readonly frame: OrderFrame | EncryptedFrame | null
  /** The offset of the fact with the latest document in the ledger partition. */
  readonly documentOffset: number
  /** The institution that has the account, also after the end. */
  readonly bic: string
  /**
   * Every order of the request, oldest first, also after its end, because answers may come late. Each belongs to one
   * fact, so the history quota limits them.
   */
  readonly orders: readonly SentOrder[]
  /** Reports that a child request can still follow, oldest first. */
  readonly waiting: readonly WaitingReport[]
}
