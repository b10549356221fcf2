import { segmentMsOf } from '@holdfast/schemas/topics'
import type { SqliteFile } from '@holdfast/sqlite'
import { columnsOfRecords, createRecordTable, type RecordTable } from './record-table.ts'

/**
 * Where records lie. Those of topics that keep everything lie in one table; those of topics with a retention in a table for each tenth of it, which is dropped once all of it is past. SQLite zeroes what is deleted (`secure_delete`), but a row that it
 * moved, as a page was split or two were merged, leaves a copy in the unused part of a page, and only a page that is freed is zeroed whole.
 */
export interface Segments {
  /** Every table that may hold records of such a topic, those that were taken first in the first. */
  tables(retentionMs: number | undefined): readonly RecordTable[]
  /** Where one is written that is taken at this time. Only inside `SqliteFile.write`. */
  tableAt(retentionMs: number | undefined, atMs: number): RecordTable
  /** Drops the tables with a retention in which there is nothing any more. Only inside `SqliteFile.write`. */
  dropEmptied(): void
  /** What was made or dropped since the last commit may have been undone. */
  reload(): void
}

interface Segment {
  readonly number: number
  readonly retentionMs: number
  readonly fromMs: number
  readonly table: RecordTable
}

/** What is past is looked for each hour. */
const partMsMin = 3_600_000

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
  const takeOut = file.prepare('DELETE FROM stream_segment WHERE number = ?')
  let segments: readonly Segment[] = []
  /** By retention: the tables, and the segment that is written. */
  const tablesOf = new Map<number, readonly RecordTable[]>()
  const current = new Map<number, { readonly fromMs: number; readonly toMs: number; readonly table: RecordTable }>()

  function know(known: readonly Segment[]): void {
    segments = known
    tablesOf.clear()
    current.clear()
  }

  function reload(): void {
    know(all.all().map(row => ({ ...row, table: createRecordTable(file, nameOf(row.number)) })))
  }

  function make(retentionMs: number, fromMs: number): Segment {
    const taken = new Set(segments.map(({ number }) => number))
    let number = 0
    while (taken.has(number)) number += 1
    file.prepare(`CREATE TABLE ${nameOf(number)} (${columnsOfRecords}) STRICT`).run()
    add.run(number, retentionMs, fromMs)
    const made = { number, retentionMs, fromMs, table: createRecordTable(file, nameOf(number)) }
    know([...segments, made].toSorted((one, other) => one.fromMs - other.fromMs))
    return made
  }

  reload()
  return {
    tables(retentionMs) {
      if (retentionMs === undefined) return [everything]
      let tables = tablesOf.get(retentionMs)
      if (!tables) {
        const own = segments.filter(segment => segment.retentionMs === retentionMs)
        // An earlier version kept all records in one table.
        tables = [everything, ...own.map(({ table }) => table)]
        tablesOf.set(retentionMs, tables)
      }
      return tables
    },
    tableAt(retentionMs, atMs) {
      if (retentionMs === undefined) return everything
      const known = current.get(retentionMs)
      if (known && atMs >= known.fromMs && atMs < known.toMs) return known.table
      const partMs = Math.max(partMsMin, segmentMsOf({ retentionMs }) ?? 0)
      const fromMs = Math.floor(atMs / partMs) * partMs
      const found = segments.find(segment => segment.retentionMs === retentionMs && segment.fromMs === fromMs) ?? make(retentionMs, fromMs)
      current.set(retentionMs, { fromMs, toMs: fromMs + partMs, table: found.table })
      return found.table
    },
    dropEmptied() {
      const [emptied, kept] = [segments.filter(isEmpty), segments.filter(segment => !isEmpty(segment))]
      for (const { number } of emptied) {
        file.prepare(`DROP TABLE ${nameOf(number)}`).run()
        takeOut.run(number)
      }
      if (emptied.length > 0) know(kept)
    },
    reload,
  }
}

const isEmpty = ({ table }: Segment): boolean => table.isEmpty()
