import type { DatabaseSync } from 'node:sqlite'

/** A fixed view for reads while another connection writes the file. */
export interface ReadSnapshot {
  /** Fixes all reads to the current state, whatever others commit. Throws SQLite's errors. */
  hold(): void
  /** Reads see the latest commits again. Safe to call without `hold`. */
  release(): void
}

export function createReadSnapshot(current: () => DatabaseSync): ReadSnapshot {
  let heldBy: DatabaseSync | undefined
  return {
    hold() {
      heldBy = current()
      // A transaction gets its snapshot only with its first read.
      heldBy.exec('BEGIN; SELECT 1 FROM sqlite_schema')
    },
    release() {
      const db = heldBy
      heldBy = undefined
      if (db?.isTransaction) db.exec('COMMIT')
    },
  }
}
