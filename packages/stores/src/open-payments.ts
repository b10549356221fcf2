/**
 * Raised when a payment's key is made otherwise than before: an index of other keys is of no use. The new one begins empty, so that its owners restore it from the
 * ledger, which makes each key anew.
 */
export const paymentKeysVersion = 3

/**
 * Which open requests stand for which payment (V12): of each country the first to claim it, until it lets go. Requests of one country for one payment that
 * arrive at the same moment in different partitions are told apart here, atomically; those of several countries are named to each other and never merged.
 *
 * The index is a fold of the ledger. For each partition it keeps the offset up to which that partition's facts are in it, changed in one step with what they
 * say, and whether that is all of them. While any partition is not complete nothing can be claimed: an open request might be missing.
 * Every method throws StoreUnavailableError within a second when the store is down, and RangeError when a call names more than `entriesMax` changes.
 */
export interface OpenPayments {
  /**
   * Takes a partition over: whoever owned it before changes nothing from now on.
   * @param partitions how many the ledger has
   */
  own(partition: number, partitions: number): Promise<OwnedPayments>
  /** Forgets everything. Every owner has to restore its partition then. */
  clear(): Promise<void>
}

/** The index as the owner of one partition works with it. */
export interface OwnedPayments {
  readonly found: FoundIndex
  /**
   * Takes in what the facts from one offset up to another say, and tells each request that joins who stands for its payment, in the order of the joins.
   * What is in the index already changes nothing, so a step may be repeated. A step without joins does not wait for other partitions.
   * Throws IndexIncompleteError.
   */
  claim(step: PaymentStep & { readonly from: number }): Promise<PaymentMatch[]>
  /**
   * Takes in facts that were decided before: whoever joins is in, whoever else is there. Without `from` the partition begins anew; else the step before must
   * have ended there. The partition is complete after a step with `isLast`. Throws IndexIncompleteError when the index has forgotten a step, or has another owner.
   */
  restore(step: PaymentStep & { readonly from: number | undefined; readonly isLast: boolean }): Promise<void>
  /** Whether the index still holds all facts of the partition up to this offset, on the server that took them, for this owner. */
  isComplete(position: number): Promise<boolean>
}

/**
 * How an owner finds its partition. `complete`: all facts before `position` are there. `restarted`: they were, but the server has been started since; what it
 * holds may be an older copy, true up to its `position`. `unknown`: it was never complete, or lost: restore it from the first fact on.
 */
export type FoundIndex = { readonly state: 'complete' | 'restarted'; readonly position: number } | { readonly state: 'unknown' }

/** What the facts of a partition before the offset `to` say, in their order. */
export interface PaymentStep {
  readonly to: number
  readonly changes: readonly PaymentChange[]
}

/** A request takes up a payment, or lets go of it. */
export interface PaymentChange {
  readonly kind: 'join' | 'leave'
  readonly paymentKey: string
  readonly requestId: string
  /** The country that asks. */
  readonly country: string
}

export interface PaymentMatch {
  /** The request that stands for the payment in the name of its country: the one that joins itself, unless another was there before. */
  readonly standing: string
  /** The first request of another country for the same payment. */
  readonly linkedTo?: string
}
