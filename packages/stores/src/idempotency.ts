/** What became of a claim on an idempotency key. */
export type Claim =
  | { readonly outcome: 'acquired' }
  /** The first one is still running; after `retryAfterMs` its lease is over at the latest. */
  | { readonly outcome: 'inFlight'; readonly retryAfterMs: number }
  /** The key was used with another fingerprint. */
  | { readonly outcome: 'mismatch' }
  /** The first one was completed with this response. */
  | { readonly outcome: 'replay'; readonly response: string }

export interface ClaimOptions {
  /** How long the claim holds without being completed, in whole milliseconds; afterwards nothing of it is left and the next caller acquires the key. */
  readonly leaseMs: number
}

/** Kept 30 days after completion, as long as a member system may repeat a request. */
export const idempotencyRetentionMs = 30 * 24 * 3_600_000

/**
 * Remembers the first answer to each key. It makes the common case fast and gives callers their first answer again;
 * that nothing is doubled does not depend on it (ids are deterministic). Every method throws StoreUnavailableError within a second when the store is down,
 * and RangeError when a call names more than `entriesMax` keys. A claim that failed so may have been done: the key is then in flight until its lease ends.
 */
export interface IdempotencyStore {
  /** One atomic step. Claims of one call are independent of each other and answered in order. */
  claim(claims: ReadonlyArray<{ key: string; fingerprint: string }>, options: ClaimOptions): Promise<Claim[]>
  /**
   * Keeps the response, also where the claim's lease has ended and nobody took its place. A key that was completed already, or claimed meanwhile with
   * another fingerprint, keeps what it has.
   */
  complete(completions: ReadonlyArray<{ key: string; fingerprint: string; response: string }>): Promise<void>
  /** Lets go of a claim that was acquired and could not be worked on; a completed one stays. */
  abandon(key: string, fingerprint: string): Promise<void>
}
