/** What became of a claim on an idempotency key. */
export type Claim =
  /** `firstAt` is the instant that came with the first claim of this key and fingerprint, which may be this one. */
  | { readonly outcome: 'acquired'; readonly firstAt?: string | undefined }
  /** The first one is still running; after `retryAfterMs` its lease is over at the latest, and the same may be worked on again. */
  | { readonly outcome: 'inFlight'; readonly retryAfterMs: number; readonly firstAt?: string | undefined }
  /** The key was used with another fingerprint. */
  | { readonly outcome: 'mismatch' }
  /** The first one was completed with this response. */
  | { readonly outcome: 'replay'; readonly response: string }
  /** The token that came with it was used for another key or fingerprint: nothing was claimed. */
  | { readonly outcome: 'tokenReused' }

export interface ClaimEntry {
  readonly key: string
  readonly fingerprint: string
  /** When this came, as an ISO instant, which is kept with the first claim: work that is done again says the same instant. */
  readonly at?: string | undefined
  /** What its sender may use for this key and fingerprint alone, and for them as often as it likes. */
  readonly token?: UsedToken | undefined
}

export interface UsedToken {
  /** Of one token and of no other. */
  readonly id: string
  /** How long it is remembered, in whole milliseconds: no shorter than the token can be taken. */
  readonly keptMs: number
}

export interface ClaimOptions {
  /** How long nobody else works on it, in whole milliseconds. Afterwards the next caller with the same fingerprint acquires the key, and no other does. The same for all who claim with that fingerprint: a lease that would last longer is over, as the clock was put back since it began. */
  readonly leaseMs: number
}

/** Kept 30 days, as long as a member system may repeat a request: an answer from its completion on, a fingerprint without one from its claim on. */
export const idempotencyRetentionMs = 30 * 24 * 3_600_000

/**
 * Remembers the first answer to each key. It makes the common case fast and gives callers their first answer again;
 * that nothing is doubled does not depend on it (ids are deterministic). Every method throws StoreUnavailableError within a second when the store is down,
 * and RangeError when a call names more than `entriesMax` keys. A claim that failed so may have been done: the key is then in flight until its lease ends.
 * Whether work that never completed was done is not known: so what was claimed keeps its fingerprint, and another body under its key is refused.
 */
export interface IdempotencyStore {
  /**
   * Claims of one call are independent of each other and answered in order, each in one atomic step in which its token is looked at and remembered, too: that costs no second way to the store. A mismatch does not use a token up.
   */
  claim(claims: readonly ClaimEntry[], options: ClaimOptions): Promise<Claim[]>
  /** Keeps the response, also where the claim's lease has ended. A key that was completed already, or claimed with another fingerprint, keeps what it has. */
  complete(completions: ReadonlyArray<{ key: string; fingerprint: string; response: string }>): Promise<void>
  /** Ends the lease of a claim whose outcome is not known, or not final: the same may be worked on again at once. A completed one stays. */
  letGo(key: string, fingerprint: string): Promise<void>
  /** Forgets a claim of which it is certain that nothing was done; a completed one stays. */
  abandon(key: string, fingerprint: string): Promise<void>
}
