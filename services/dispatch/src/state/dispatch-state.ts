import type { RequestSummary } from '@holdfast/lifecycle'
import type { Money, OrderKind } from '@holdfast/schemas'
import type { EncryptedFrame, OrderFrame } from '../orders/frames.ts'

/** An order that was sent, as its answer is known by. */
export interface SentOrder {
  readonly orderId: string
  readonly kind: OrderKind
  readonly amount: Money
  /** The institution's, as the document had it when the order was sent. */
  readonly bic: string
}

/** A report of money that moved onward which waits for its requester's word, as its child is made of. */
export interface WaitingReport {
  readonly sequence: number
  /** Where in the ledger partition the report lies, and the document that the request had then. */
  readonly offset: number
  readonly documentOffset: number
}

/** What dispatch remembers of a request. */
export interface DispatchState {
  /** As its facts say. */
  readonly standing: RequestSummary
  /** Null once the request has ended: what names an account is not kept longer than it is needed. */
  readonly frame: OrderFrame | EncryptedFrame | null
  /** Where in the ledger partition the fact lies that has the latest document. */
  readonly documentOffset: number
  /** Of the institution that has the account, also after the end. */
  readonly bic: string
  /** Every order of the request, oldest first, also after its end: an answer may come late. Each is the consequence of one fact, so their number is bounded with the history's. */
  readonly orders: readonly SentOrder[]
  /** Those that a child can still follow, oldest first. */
  readonly waiting: readonly WaitingReport[]
}
