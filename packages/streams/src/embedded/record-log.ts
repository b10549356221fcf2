import type { SqliteFile } from '@holdfast/sqlite'
import { cloudEventHeaders, type OutgoingRecord, type StreamRecord } from '../port.ts'
import { createSegments } from './segments.ts'

/**
 * A record's primary key is `slot * slotSize + offset`; each partition of each topic has its own slot. One integer is
 * the rowid itself, so a record is stored in the leaf that its key finds. With a key of (topic, partition, offset)
 * WITHOUT ROWID, values above a quarter of a page go to overflow pages. Records of 1.2 KB were then written at 55,000 a
 * second into 68,000 pages, instead of 160,000 a second into 20,000 pages.
 */
const slotSize = 2 ** 40
/** Keys stay exact as a double: 2^13 slots of 2^40 offsets. */
export const slotsMax = 2 ** 13

/** The most characters of values in one batch read from the log; a single record may be larger. */
export const batchChars = 1_048_576
const recordsPerPruneMax = 1_000

export interface TopicRow {
  readonly name: string
  readonly firstSlot: number
  readonly partitions: number
  readonly shared: boolean
  readonly retentionMs: number | undefined
}

/** A topic as stored in the file. */
interface StoredTopic extends Pick<TopicRow, 'name' | 'firstSlot' | 'partitions'> {
  readonly shared: 0 | 1
  readonly retentionMs: number | null
}

export interface CommittedOffset {
  readonly group: string
  readonly slot: number
  readonly offset: number
}

export interface SlotEnd {
  readonly offset: number
  /** When the last record was accepted; 0 in an empty partition. */
  readonly timestampMs: number
}

/** The tables of the log. Everything is synchronous; changes are allowed only inside `SqliteFile.write`. */
export interface RecordLog {
  topics(): TopicRow[]
  addTopic(topic: Omit<TopicRow, 'firstSlot'>): void
  start(slot: number): number
  end(slot: number): SlotEnd
  /** Appends consecutive records at a slot's end. */
  append(slot: number, offset: number, records: readonly OutgoingRecord[], atMs: number): void
  read(topic: TopicRow, partition: number, from: number, to: number, recordsMax: number): StreamRecord[]
  offsetAt(slot: number, timestampMs: number): number
  /** Removes up to a thousand records before `offset` and returns whether there are more. */
  prune(slot: number, offset: number): boolean
  /** Frees the space of removed records, so that none of their bytes remains in the file's pages. */
  dropEmptied(): void
  /** Call it after a rollback of uncommitted writes. */
  resetAfterRollback(): void
  committed(group: string, slot: number): number | undefined
  /** Of all groups. */
  allCommitted(): CommittedOffset[]
  commit(group: string, slot: number, offset: number): void
  /** When the file was last open, to the minute; undefined if it was never stamped. */
  stampedMs(): number | undefined
  stamp(nowMs: number): void
}

export function createRecordLog(file: SqliteFile): RecordLog {
  file.schema(`
    CREATE TABLE IF NOT EXISTS stream_topic (
      name TEXT PRIMARY KEY, first_slot INTEGER NOT NULL, partitions INTEGER NOT NULL, shared INTEGER NOT NULL, retention_ms INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS stream_start (slot INTEGER PRIMARY KEY, offset INTEGER NOT NULL) STRICT;
    CREATE TABLE IF NOT EXISTS stream_committed (
      consumer_group TEXT NOT NULL, slot INTEGER NOT NULL, offset INTEGER NOT NULL, PRIMARY KEY (consumer_group, slot)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS stream_clock (one INTEGER PRIMARY KEY CHECK (one = 1), at INTEGER NOT NULL) STRICT;
  `)
  const sql = {
    topics: file.prepare<StoredTopic>(
      'SELECT name, first_slot AS firstSlot, partitions, shared, retention_ms AS retentionMs FROM stream_topic',
    ),
    nextSlot: file.prepare<{ slot: number }>('SELECT coalesce(max(first_slot + partitions), 0) AS slot FROM stream_topic'),
    addTopic: file.prepare('INSERT INTO stream_topic (name, first_slot, partitions, shared, retention_ms) VALUES (?, ?, ?, ?, ?)'),
    start: file.prepare<{ offset: number }>('SELECT offset FROM stream_start WHERE slot = ?'),
    setStart: file.prepare(
      'INSERT INTO stream_start (slot, offset) VALUES (?, ?) ON CONFLICT (slot) DO UPDATE SET offset = excluded.offset',
    ),
    committed: file.prepare<{ offset: number }>('SELECT offset FROM stream_committed WHERE consumer_group = ? AND slot = ?'),
    stamped: file.prepare<{ at: number }>('SELECT at FROM stream_clock'),
    stamp: file.prepare('INSERT INTO stream_clock (one, at) VALUES (1, ?) ON CONFLICT (one) DO UPDATE SET at = excluded.at'),
    allCommitted: file.prepare<CommittedOffset>('SELECT consumer_group AS "group", slot, offset FROM stream_committed'),
    commit: file.prepare(
      'INSERT INTO stream_committed (consumer_group, slot, offset) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET offset = excluded.offset',
    ),
  }

  const segments = createSegments(file)
  /** By slot, for topics with a retention. */
  let retentions: ReadonlyMap<number, number> | undefined

  const start = (slot: number): number => sql.start.get(slot)?.offset ?? 0

  const topics = (): TopicRow[] =>
    sql.topics.all().map(({ name, firstSlot, partitions, shared, retentionMs }) => ({
      name,
      firstSlot,
      partitions,
      shared: shared === 1,
      retentionMs: retentionMs ?? undefined,
    }))

  function retentionOf(slot: number): number | undefined {
    retentions ??= new Map(
      topics().flatMap(({ firstSlot, partitions, retentionMs }) =>
        retentionMs === undefined
          ? []
          : Array.from({ length: partitions }, (_, partition) => [firstSlot + partition, retentionMs] as const),
      ),
    )
    return retentions.get(slot)
  }

  function end(slot: number): SlotEnd {
    const base = slot * slotSize
    for (const table of segments.tables(retentionOf(slot)).toReversed()) {
      const last = table.last(base, base + slotSize)
      if (last) return { offset: last.position - base + 1, timestampMs: last.at }
    }
    return { offset: start(slot), timestampMs: 0 }
  }

  function acceptedMs(slot: number, offset: number): number {
    for (const table of segments.tables(retentionOf(slot))) {
      const found = table.acceptedMs(slot * slotSize + offset)
      if (found !== undefined) return found
    }
    return 0
  }

  return {
    topics,
    addTopic({ name, partitions, shared, retentionMs }) {
      const firstSlot = sql.nextSlot.get()?.slot ?? 0
      if (firstSlot + partitions > slotsMax) throw new Error(`${file.path} holds at most ${slotsMax} partitions, so ${name} does not fit`)
      sql.addTopic.run(name, firstSlot, partitions, shared ? 1 : 0, retentionMs ?? null)
      retentions = undefined
    },
    start,
    end,
    append: (slot, offset, records, atMs) => segments.tableAt(retentionOf(slot), atMs).insert(slot * slotSize + offset, records, atMs),
    read(topic, partition, from, to, recordsMax) {
      const base = (topic.firstSlot + partition) * slotSize
      const records: StreamRecord[] = []
      let chars = 0
      for (const table of segments.tables(topic.retentionMs))
        for (const { position, at, key, value, headers } of table.rows(
          base + from,
          base + Math.min(to, slotSize),
          recordsMax - records.length,
        )) {
          records.push({
            topic: topic.name,
            partition,
            offset: position - base,
            key,
            value,
            // The default header is not stored with each record.
            headers: headers === null ? cloudEventHeaders : { ...cloudEventHeaders, ...JSON.parse(headers) },
            timestampMs: at,
          })
          chars += value.length
          if (chars >= batchChars || records.length === recordsMax) return records
        }
      return records
    },
    offsetAt(slot, timestampMs) {
      let low = start(slot)
      let high = end(slot).offset
      while (low < high) {
        const middle = low + Math.floor((high - low) / 2)
        if (acceptedMs(slot, middle) < timestampMs) low = middle + 1
        else high = middle
      }
      return low
    },
    prune(slot, offset) {
      const from = start(slot)
      const to = Math.min(offset, from + recordsPerPruneMax)
      if (to <= from) return false
      for (const table of segments.tables(retentionOf(slot))) table.remove(slot * slotSize + from, slot * slotSize + to)
      sql.setStart.run(slot, to)
      return to < offset
    },
    dropEmptied: segments.dropEmptied,
    resetAfterRollback() {
      retentions = undefined
      segments.reload()
    },
    committed: (group, slot) => sql.committed.get(group, slot)?.offset,
    allCommitted: () => sql.allCommitted.all(),
    commit: (group, slot, offset) => void sql.commit.run(group, slot, offset),
    stampedMs: () => sql.stamped.get()?.at,
    stamp: nowMs => void sql.stamp.run(nowMs),
  }
}
