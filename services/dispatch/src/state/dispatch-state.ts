import type { BasicSummary, SentOrder, WaitingFact } from '@holdfast/core'
import type { StoredFrame } from '../orders/frames.ts'

/** The state of a request in dispatch. */
export interface DispatchState {
  /** The country whose institutions get its orders; undefined if its workflow sends none. */
  readonly country?: string
  /** The summary of its facts. */
  readonly summary: BasicSummary
  /** Null once the request has ended, because account data is not kept longer than necessary. */
  readonly frame: StoredFrame | null
  /** The offset of the fact with the latest document in the ledger partition. */
  readonly documentOffset: number
  /** The institution that gets its orders, also after the end. */
  readonly bic: string
  /**
   * Every order of the request, oldest first, also after its end, because answers may come late. Each belongs to one
   * fact, so the history quota limits them.
   */
  readonly orders: readonly SentOrder[]
  /** Facts that a further request can still follow from, oldest first. */
  readonly waiting: readonly WaitingFact[]
}
