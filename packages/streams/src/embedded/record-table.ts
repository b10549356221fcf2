import type { SqliteFile } from '@holdfast/sqlite'
import type { OutgoingRecord } from '../port.ts'

export interface RecordRow {
  readonly position: number
  readonly at: number
  readonly key: string
  readonly value: string
  readonly headers: string | null
}

/**
 * The records of one table, by position. Everything is synchronous; changes are allowed only inside `SqliteFile.write`.
 */
export interface RecordTable {
  /** Inserts consecutive records from a position on. */
  insert(position: number, records: readonly OutgoingRecord[], atMs: number): void
  /** Consume it within the same event-loop turn. */
  rows(from: number, to: number, rowsMax: number): Iterable<RecordRow>
  last(from: number, to: number): Pick<RecordRow, 'position' | 'at'> | undefined
  /** When it was accepted, in milliseconds since 1970. */
  acceptedMs(position: number): number | undefined
  remove(from: number, to: number): void
  isEmpty(): boolean
}

export const columnsOfRecords = 'position INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, headers TEXT'

/** The table must exist. */
export function createRecordTable(file: SqliteFile, name: string): RecordTable {
  const insert = file.prepare(`INSERT INTO ${name} (position, at, key, value, headers) VALUES (?, ?, ?, ?, ?)`)
  const rows = file.prepare<RecordRow>(
    `SELECT position, at, key, value, headers FROM ${name} WHERE position >= ? AND position < ? ORDER BY position LIMIT ?`,
  )
  const last = file.prepare<Pick<RecordRow, 'position' | 'at'>>(
    `SELECT position, at FROM ${name} WHERE position >= ? AND position < ? ORDER BY position DESC LIMIT 1`,
  )
  const takenAt = file.prepare<Pick<RecordRow, 'at'>>(`SELECT at FROM ${name} WHERE position = ?`)
  const remove = file.prepare(`DELETE FROM ${name} WHERE position >= ? AND position < ?`)
  const any = file.prepare(`SELECT 1 FROM ${name} LIMIT 1`)
  return {
    insert(position, records, atMs) {
      let at = position
      for (const { key, value, headers } of records) insert.run(at++, atMs, key, value, headers ? JSON.stringify(headers) : null)
    },
    rows: (from, to, rowsMax) => rows.iterate(from, to, rowsMax),
    last: (from, to) => last.get(from, to),
    acceptedMs: position => takenAt.get(position)?.at,
    remove: (from, to) => void remove.run(from, to),
    isEmpty: () => any.get() === undefined,
  }
}
