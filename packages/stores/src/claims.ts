/**
 * Increase it when the derivation of claim keys changes, which makes an old index useless. The new index starts
 * empty, and its owners restore it from the ledger with new keys.
 */
export const claimKeysVersion = 3

/**
 * Which open request holds which claim of a workflow. A claim is for something that a country may request once only,
 * such as to stop one payment (V12): the first request holds it until it closes. The index atomically resolves
 * simultaneous requests of one country in different partitions. Requests of several countries are linked and never
 * merged.
 *
 * The index is derived from the ledger. For each partition it stores the offset up to which its facts are included,
 * updated atomically with them, and whether it is complete. While any partition is incomplete, nothing can be claimed,
 * because an open request might be missing. Every method throws StoreUnavailableError within a second if the store is
 * down, and RangeError for more than `entriesMax` changes.
 */
export interface ClaimIndex {
  /**
   * Takes over a partition; its former owner can't change anything from now on.
   * @param partitions the ledger's number of partitions
   */
  own(partition: number, partitions: number): Promise<OwnedClaims>
  /** Deletes everything. Every owner must then restore its partition. */
  clear(): Promise<void>
}

/** The index for the owner of one partition. */
export interface OwnedClaims {
  readonly found: FoundIndex
  /**
   * Applies the facts between two offsets. Returns for each joining request which one holds its claim, in order.
   * Idempotent. A step without joins does not need other partitions. Throws IndexIncompleteError.
   */
  claim(step: ClaimStep & { readonly from: number }): Promise<ClaimMatch[]>
  /**
   * Applies facts that were already decided: every join is added, whichever others exist. Without `from` the partition
   * starts empty; otherwise the previous step must have ended there. It is complete after a step with `isLast`. Throws
   * IndexIncompleteError if the index lost a step, or has another owner.
   */
  restore(step: ClaimStep & { readonly from: number | undefined; readonly isLast: boolean }): Promise<void>
  /** Whether the index still has all facts of the partition up to this offset, on the same server and for this owner. */
  isComplete(position: number): Promise<boolean>
}

/**
 * The state of a partition at its takeover. `complete`: all facts before `position` are included. `restarted`: they were,
 * but the server restarted and may hold an older copy, valid up to its `position`. `unknown`: it was never complete, or
 * lost. Restore it from the first fact.
 */
export type FoundIndex = { readonly state: 'complete' | 'restarted'; readonly position: number } | { readonly state: 'unknown' }

/** The changes by the facts of a partition before the offset `to`, in order. */
export interface ClaimStep {
  readonly to: number
  readonly changes: readonly ClaimChange[]
}

/** A request makes a claim, or leaves it. */
export interface ClaimChange {
  readonly kind: 'join' | 'leave'
  readonly claimKey: string
  readonly requestId: string
  /** The requesting country. */
  readonly country: string
}

export interface ClaimMatch {
  /** The request that holds the claim for its country: the joining one, unless there was one before. */
  readonly representative: string
  /** The first request of another country with the same claim. */
  readonly linkedTo?: string
}
