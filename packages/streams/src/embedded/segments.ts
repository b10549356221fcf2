import { segmentMsOf } from '@holdfast/schemas/topics'
import type { SqliteFile } from '@holdfast/sqlite'
import { columnsOfRecords, createRecordTable, type RecordTable } from './record-table.ts'

/**
 * The tables that hold the records. Topics without a retention share one table. Others have a table for each tenth of
 * their retention, which is dropped once it has expired. SQLite zeroes deleted rows (`secure_delete`), but a page split
 * or merge leaves a copy in the unused part of a page. Only a freed page is zeroed whole.
 */
export interface Segments {
  /** Every table that may hold records of such a topic, oldest first. */
  tables(retentionMs: number | undefined): readonly RecordTable[]
  /** The table for a record that is accepted at this time. Only inside `SqliteFile.write`. */
  tableAt(retentionMs: number | undefined, atMs: number): RecordTable
  /** Drops empty tables of topics with a retention. Only inside `SqliteFile.write`. */
  dropEmptied(): void
  /** Rereads the tables after a rollback. */
  reload(): void
}

interface Segment {
  readonly number: number
  readonly retentionMs: number
  readonly fromMs: number
  readonly table: RecordTable
}

/** Expired records are removed every hour. */
const segmentMsMin = 3_600_000

const nameOf = (number: number): string => `stream_record_${number}`

export function createSegments(file: SqliteFile): Segments {
  file.schema(`
    PRAGMA secure_delete = ON;
    CREATE TABLE IF NOT EXISTS stream_record (${columnsOfRecords}) STRICT;
    CREATE TABLE IF NOT EXISTS stream_segment (number INTEGER PRIMARY KEY, retention_ms INTEGER NOT NULL, from_ms INTEGER NOT NULL) STRICT;
  `)
  const everything = createRecordTable(file, 'stream_record')
  const all = file.prepare<Omit<Segment, 'table'>>(
    'SELECT number, retention_ms AS retentionMs, from_ms AS fromMs FROM stream_segment ORDER BY from_ms',
  )
  const add = file.prepare('INSERT INTO stream_segment (number, retention_ms, from_ms) VALUES (?, ?, ?)')
  const removeRow = file.prepare('DELETE FROM stream_segment WHERE number = ?')
  let segments: readonly Segment[] = []
  /** By retention: the tables, and the segment being written. */
  const tablesOf = new Map<number, readonly RecordTable[]>()
  const current = new Map<number, { readonly fromMs: number; readonly toMs: number; readonly table: RecordTable }>()

  function setSegments(known: readonly Segment[]): void {
    segments = known
    tablesOf.clear()
    current.clear()
  }

  function reload(): void {
    setSegments(all.all().map(row => ({ ...row, table: createRecordTable(file, nameOf(row.number)) })))
  }

  function create(retentionMs: number, fromMs: number): Segment {
    const used = new Set(segments.map(({ number }) => number))
    let number = 0
    while (used.has(number)) number += 1
    file.prepare(`CREATE TABLE ${nameOf(number)} (${columnsOfRecords}) STRICT`).run()
    add.run(number, retentionMs, fromMs)
    const created = { number, retentionMs, fromMs, table: createRecordTable(file, nameOf(number)) }
    setSegments([...segments, created].toSorted((one, other) => one.fromMs - other.fromMs))
    return created
  }

  reload()
  return {
    tables(retentionMs) {
      if (retentionMs === undefined) return [everything]
      let tables = tablesOf.get(retentionMs)
      if (!tables) {
        const own = segments.filter(segment => segment.retentionMs === retentionMs)
        // An earlier version stored all records in one table.
        tables = [everything, ...own.map(({ table }) => table)]
        tablesOf.set(retentionMs, tables)
      }
      return tables
    },
    tableAt(retentionMs, atMs) {
      if (retentionMs === undefined) return everything
      const known = current.get(retentionMs)
      if (known && atMs >= known.fromMs && atMs < known.toMs) return known.table
      const segmentMs = Math.max(segmentMsMin, segmentMsOf({ retentionMs }) ?? 0)
      const fromMs = Math.floor(atMs / segmentMs) * segmentMs
      const found =
        segments.find(segment => segment.retentionMs === retentionMs && segment.fromMs === fromMs) ?? create(retentionMs, fromMs)
      current.set(retentionMs, { fromMs, toMs: fromMs + segmentMs, table: found.table })
      return found.table
    },
    dropEmptied() {
      const [emptied, kept] = [segments.filter(isEmpty), segments.filter(segment => !isEmpty(segment))]
      for (const { number } of emptied) {
        file.prepare(`DROP TABLE ${nameOf(number)}`).run()
        removeRow.run(number)
      }
      if (emptied.length > 0) setSegments(kept)
    },
    reload,
  }
}

const isEmpty = ({ table }: Segment): boolean => table.isEmpty()
