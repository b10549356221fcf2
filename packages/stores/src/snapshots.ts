export interface SnapshotEntry {
  readonly id: string
  readonly snapshot: string
  /** Earliest deadline in whole milliseconds since 1970; undefined if there is none. */
  readonly dueAtMs?: number
}

export interface Loaded {
  /**
   * The ledger offset up to which (exclusive) the state is derived; undefined if the store has nothing of the
   * partition.
   */
  readonly snapshotOffset: number | undefined
  readonly snapshots: ReadonlyMap<string, string>
}

/**
 * `lost`: the snapshot offset is lower than expected or missing, so the store lost data. `ahead`: another owner went
 * further. Neither saves anything.
 */
export type SaveOutcome = 'saved' | 'lost' | 'ahead'

/**
 * State of ledger partitions by key, with a snapshot offset and an index of deadlines, saved atomically. One store
 * serves one namespace (`ledger`, `dispatch`, …). It can be rebuilt from the ledger. Every method throws
 * StoreUnavailableError within a second if the store is down, and RangeError for more than `entriesMax` entries.
 */
export interface SnapshotStore {
  /** Whether other processes read it. If not, an owner may save its state a moment later (ADR 48). */
  readonly isShared: boolean
  load(partition: number, ids: readonly string[]): Promise<Loaded>
  /**
   * Saves only if the stored offset is `expected` (undefined: nothing stored yet). The last entry of an id counts.
   * Throws RangeError for an offset before `expected`. After StoreUnavailableError the outcome is unknown: load again
   * before the next save.
   */
  save(partition: number, expected: number | undefined, snapshotOffset: number, entries: readonly SnapshotEntry[]): Promise<SaveOutcome>
  /**
   * Ids whose earliest deadline is at or before `nowMs`, earliest first, at most `limit`, with the snapshot offset that
   * they belong to.
   */
  due(partition: number, nowMs: number, limit: number): Promise<{ snapshotOffset: number | undefined; ids: string[] }>
  /** Deletes the partition's data. */
  clear(partition: number): Promise<void>
}
