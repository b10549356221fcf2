/** Sends requests, as member systems do. */
export interface Submitter {
  /** Requests under way now. */
  readonly underWay: number
  /**
   * Sends the next request; one in twenty twice at once, as an impatient member would. Resolves when it is answered.
   * @param dueAtMs when it was due, where that is not now: late sending must not make an engine look faster.
   */
  submit(dueAtMs?: number): Promise<void>
  readonly sent: SentCounts
  close(): Promise<void>
}

export interface SentCounts {
  /** Requests, each counted once. */
  unique: number
  /** Sent a second time with the same key. */
  again: number
  /** Sent again because the engine answered 503. */
  retried: number
  /** Never accepted. */
  failed: number
  readonly statuses: Record<string, number>
}
