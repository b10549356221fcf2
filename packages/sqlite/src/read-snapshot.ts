import type { DatabaseSync } from 'node:sqlite'

/** What a connection reads while somebody else writes the same file. */
export interface ReadSnapshot {
  /** From here on all reads see the file as it is now, whatever is committed by others. Throws what SQLite throws. */
  hold(): void
  /** Reads see what is committed. Held or not. */
  letGo(): void
}

export function createReadSnapshot(current: () => DatabaseSync): ReadSnapshot {
  let heldBy: DatabaseSync | undefined
  return {
    hold() {
      heldBy = current()
      // A transaction that has read nothing has no moment yet.
      heldBy.exec('BEGIN; SELECT 1 FROM sqlite_schema')
    },
    letGo() {
      const db = heldBy
      heldBy = undefined
      if (db?.isTransaction) db.exec('COMMIT')
    },
  }
}
