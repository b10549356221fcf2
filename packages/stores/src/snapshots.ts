export interface SnapshotEntry {
  readonly id: string
  readonly snapshot: string
  /** Earliest deadline in whole milliseconds since 1970; undefined when none is armed. */
  readonly dueAtMs?: number
}

export interface Loaded {
  /** The ledger offset up to which (exclusive) this partition's state is folded; undefined when the store knows nothing of the partition. */
  readonly checkpoint: number | undefined
  readonly snapshots: ReadonlyMap<string, string>
}

/** `lost`: the checkpoint is behind the expected one or gone, so the store forgot. `ahead`: somebody else went further. Nothing is saved in either case. */
export type SaveOutcome = 'saved' | 'lost' | 'ahead'

/**
 * Keyed state of ledger partitions, with a checkpoint and a due-index that are saved in the same atomic step.
 * One store instance serves one namespace (`ledger`, `dispatch`, …). All of it can be lost: it is folded again from the ledger.
 * Every method throws StoreUnavailableError within a second when the store is down, and RangeError when a call names more than `entriesMax` entries.
 */
export interface SnapshotStore {
  /** Whether other processes read it. Where none does, an owner may save what it knows a moment later (ADR 48). */
  readonly isShared: boolean
  load(partition: number, ids: readonly string[]): Promise<Loaded>
  /**
   * Saves only if the stored checkpoint is `expected` (undefined: nothing stored yet). The last entry of an id stands. Throws RangeError for a checkpoint
   * before `expected`. After StoreUnavailableError the save may have been done: load again before the next one.
   */
  save(partition: number, expected: number | undefined, checkpoint: number, entries: readonly SnapshotEntry[]): Promise<SaveOutcome>
  /** Ids whose earliest deadline is at or before `nowMs`, earliest first, at most `limit`, with the checkpoint they belong to. */
  due(partition: number, nowMs: number, limit: number): Promise<{ checkpoint: number | undefined; ids: string[] }>
  /** Forgets the partition. */
  clear(partition: number): Promise<void>
}
