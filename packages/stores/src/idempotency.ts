/** The outcome of a claim on an idempotency key. */
export type Claim =
  /** `firstAt` is the instant of the first claim of this key and fingerprint, which may be this one. */
  | { readonly outcome: 'acquired'; readonly firstAt?: string | undefined }
  /**
   * The first claim is still in progress. After `retryAfterMs` its lease has ended, and a retry can acquire the key.
   */
  | { readonly outcome: 'inFlight'; readonly retryAfterMs: number; readonly firstAt?: string | undefined }
  /** The key was used with another fingerprint. */
  | { readonly outcome: 'mismatch' }
  /** The first claim was completed with this response. */
  | { readonly outcome: 'replay'; readonly response: string }
  /** The token of the claim was used for another key or fingerprint, so nothing was claimed. */
  | { readonly outcome: 'tokenReused' }

export interface ClaimEntry {
  readonly key: string
  readonly fingerprint: string
  /**
   * When the call arrived, as an ISO instant. It is stored with the first claim, so that repeated work uses the same
   * instant.
   */
  readonly at?: string | undefined
  /** A single-purpose token: its sender may use it for this key and fingerprint alone, any number of times. */
  readonly token?: UsedToken | undefined
}

export interface UsedToken {
  /** Identifies the token uniquely. */
  readonly id: string
  /** How long to remember it, in whole milliseconds: at least as long as the token is valid. */
  readonly keptMs: number
}

export interface ClaimOptions {
  /**
   * How long no other caller can acquire the key, in whole milliseconds. Afterwards the next caller with the same
   * fingerprint acquires it. Use one value per fingerprint: a longer remaining lease means that the clock was set back,
   * and counts as ended.
   */
  readonly leaseMs: number
}

/**
 * 30 days, as long as a member system may repeat a request: a response from its completion on, a fingerprint without
 * one from its claim on.
 */
export const idempotencyRetentionMs = 30 * 24 * 3_600_000

/**
 * Stores the first answer to each key, as an optimisation and to return it again. Deduplication does not depend on it,
 * because ids are deterministic. Every method throws StoreUnavailableError within a second if the store is down, and
 * RangeError for more than `entriesMax` keys.
 * A claim that failed this way may still be stored: its key is then in flight until the lease ends. The outcome of work
 * that never completed is unknown, so a claim keeps its fingerprint, and another body under its key is refused.
 */
export interface IdempotencyStore {
  /**
   * Claims of one call are independent and answered in order. Each is one atomic step, which also checks and stores its
   * token without another round trip. A mismatch does not consume the token.
   */
  claim(claims: readonly ClaimEntry[], options: ClaimOptions): Promise<Claim[]>
  /**
   * Stores the response, even after the lease has ended. A key that was completed, or claimed with another fingerprint,
   * stays unchanged.
   */
  complete(completions: ReadonlyArray<{ key: string; fingerprint: string; response: string }>): Promise<void>
  /**
   * Ends the lease of a claim with an unknown or preliminary outcome, so that a retry can acquire it at once. A
   * completed key stays.
   */
  releaseLease(key: string, fingerprint: string): Promise<void>
  /** Deletes a claim that certainly had no effect; a completed key stays. */
  abandon(key: string, fingerprint: string): Promise<void>
}
