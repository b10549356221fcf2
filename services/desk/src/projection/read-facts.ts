import { crc32 } from 'node:zlib'
import type { LedgerFact } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { SeenFact, StreamPosition } from '../cursors/stream-position.ts'

/** A fact with its line as the ledger has it, and its offset. */
export interface StoredFact extends SeenFact {
  /** Grows in the order in which this desk read the facts. Another desk has other numbers. */
  readonly arrival: number
  readonly requestId: string
  /** Index of its leaf in the tree of its partition, the same at every desk. */
  readonly leaf: number
  readonly line: string
}

/**
 * Where a reader continues in the order of arrival. The reader already has all facts before its position, from this
 * desk or another one.
 */
export interface ReaderPosition {
  readonly country: string
  readonly requestId?: string
  readonly arrival: number
  readonly position: StreamPosition
  /** Leaves out facts that arrived later. */
  readonly until?: number
}

export interface FactPage {
  readonly facts: StoredFact[]
  /** All facts up to this arrival have been examined, including those that this reader may not see. */
  readonly reached: number
  /** The reader has reached the end. */
  readonly isLast: boolean
}

export interface HistoryPage {
  /** The facts in their order, as the ledger has them. */
  readonly lines: string[]
  /** Earlier facts exist: those before this sequence number. */
  readonly before?: number
}

export interface FactReader {
  page(from: ReaderPosition): FactPage
  history(requestId: string, page: { before?: number; limit: number }): HistoryPage
  /** All facts of a request in their order, as the ledger has them. */
  lines(requestId: string): Iterable<string>
  /** The next facts of a request after this sequence number, in their order, as stored. */
  factsAfter(requestId: string, sequence: number, limit: number): LedgerFact[]
  /** The fact that a command caused, if any. */
  causedBy(requestId: string, commandId: string): LedgerFact | undefined
  /** The number of the last fact that arrived. */
  lastArrival(): number
  /** Per partition the next offset to read. */
  positions(): Map<number, number>
  /** The position after all facts that this desk has read. */
  end(): StreamPosition
  /** The arrival number before the first fact at or beyond these offsets. */
  arrivalBefore(next: ReadonlyMap<number, number>): number
  /** The hash prefix of the fact at this offset, if there is one. */
  hashPrefixAt(partition: number, offset: number): number | undefined
  /** The hash prefix of the last fact before this offset, if there is one. */
  hashPrefixBefore(partition: number, next: number): number | undefined
}

/** A page is read in one synchronous step of about 2 ms, which blocks everything else. */
const pageFactsMax = 100
/** A fact can have 600 kB: a page ends with the fact that reaches this size. */
const pageCharactersMax = 256_000
/** Facts that another desk has already sent are skipped. This limits the skipped rows of a page. */
const pageRowsMax = 2_000
/** A page of a history ends with the fact that reaches this size. */
const historyCharactersMax = 1_000_000

interface Row {
  readonly arrival: number
  readonly partition: number
  readonly offset: number
}

interface StoredLine {
  readonly sum: number
  readonly line: string
}

export function createFactReader(file: SqliteFile): FactReader {
  const ofCountry = file.prepare<Row>(
    'SELECT arrival, partition, "offset" FROM fact_audiences WHERE country = ? AND arrival > ? AND arrival <= ? ORDER BY arrival LIMIT ?',
  )
  const ofRequest = file.prepare<Row>(
    'SELECT arrival, partition, "offset" FROM facts WHERE request_id = ? AND arrival > ? AND arrival <= ? ORDER BY sequence LIMIT ?',
  )
  const isForCountry = file.prepare('SELECT 1 FROM country_rows WHERE country = ? AND request_id = ?')
  // A country with limited access has a row in `audiences`, but none in `fact_audiences`.
  const seesFacts = file.prepare(
    'SELECT 1 FROM facts CROSS JOIN fact_audiences ON fact_audiences.country = ? AND fact_audiences.arrival = facts.arrival WHERE request_id = ? LIMIT 1',
  )
  const readFact = file.prepare<StoredLine & Pick<StoredFact, 'requestId' | 'leaf' | 'hashPrefix'>>(
    'SELECT request_id AS requestId, leaf, hash_prefix AS hashPrefix, sum, line FROM facts WHERE arrival = ?',
  )
  const readHistory = file.prepare<StoredLine & { readonly sequence: number }>(
    'SELECT sequence, sum, line FROM facts WHERE request_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?',
  )
  const readLines = file.prepare<StoredLine>('SELECT sum, line FROM facts WHERE request_id = ? ORDER BY sequence')
  const readAfter = file.prepare<StoredLine>('SELECT sum, line FROM facts WHERE request_id = ? AND sequence > ? ORDER BY sequence LIMIT ?')
  const readCaused = file.prepare<StoredLine>('SELECT sum, line FROM facts WHERE request_id = ? AND cause = ?')
  const readLast = file.prepare<SeenFact & { readonly arrival: number }>(
    'SELECT arrival, partition, "offset", hash_prefix AS hashPrefix FROM facts ORDER BY arrival DESC LIMIT 1',
  )
  const readPositions = file.prepare<{ partition: number; next: number }>('SELECT partition, next FROM positions')
  const firstAt = file.prepare<{ arrival: number }>(
    'SELECT arrival FROM facts WHERE partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT 1',
  )
  const readHashPrefixBefore = file.prepare<{ hashPrefix: number }>(
    'SELECT hash_prefix AS hashPrefix FROM facts WHERE partition = ? AND "offset" < ? ORDER BY "offset" DESC LIMIT 1',
  )
  const readHashPrefixAt = file.prepare<{ hashPrefix: number }>(
    'SELECT hash_prefix AS hashPrefix FROM facts WHERE partition = ? AND "offset" = ?',
  )

  /** Throws DamagedFileError if the checksum of the line differs. */
  function lineIn({ sum, line }: StoredLine): string {
    if (crc32(line) !== sum) throw file.reportDamage('the checksum of a fact does not match')
    return line
  }

  const lastArrival = () => readLast.get()?.arrival ?? 0
  const positions = () => new Map(readPositions.all().map(({ partition, next }) => [partition, next]))

  const hashPrefixBefore = (partition: number, next: number) => readHashPrefixBefore.get(partition, next)?.hashPrefix

  /** Iterates row by row, because most pages are full long before their last row. */
  function rowsOf({ country, requestId, arrival }: ReaderPosition, until: number): Iterable<Row> {
    if (requestId === undefined) return ofCountry.iterate(country, arrival, until, pageRowsMax)
    if (!isForCountry.get(country, requestId) || !seesFacts.get(country, requestId)) return []
    return ofRequest.iterate(requestId, arrival, until, pageRowsMax)
  }

  return {
    page(from) {
      const until = from.until ?? lastArrival()
      const facts: StoredFact[] = []
      let characters = 0
      let rows = 0
      let reached = from.arrival
      for (const { arrival, partition, offset } of rowsOf(from, until)) {
        rows++
        reached = arrival
        if (offset < (from.position.next.get(partition) ?? 0)) continue
        const row = readFact.get(arrival)
        if (!row) throw new Error(`the projection has no fact with arrival ${arrival}`)
        const { requestId, leaf, hashPrefix, ...stored } = row
        const fact = { arrival, partition, offset, requestId, leaf, hashPrefix, line: lineIn(stored) }
        facts.push(fact)
        characters += fact.line.length
        if (facts.length === pageFactsMax || characters >= pageCharactersMax) return { facts, reached, isLast: false }
      }
      const isLast = rows < pageRowsMax
      return { facts, reached: isLast ? Math.max(until, from.arrival) : reached, isLast }
    },
    history(requestId, { before = Number.MAX_SAFE_INTEGER, limit }) {
      const lines: string[] = []
      let characters = 0
      let first = 1
      for (const row of readHistory.iterate(requestId, before, limit)) {
        lines.push(lineIn(row))
        first = row.sequence
        characters += row.line.length
        if (characters >= historyCharactersMax) break
      }
      return { lines: lines.reverse(), ...(first > 1 ? { before: first } : {}) }
    },
    *lines(requestId) {
      for (const row of readLines.iterate(requestId)) yield lineIn(row)
    },
    factsAfter(requestId, sequence, limit) {
      return readAfter.all(requestId, sequence, limit).map(row => JSON.parse(lineIn(row)) as LedgerFact)
    },
    causedBy(requestId, commandId) {
      const row = readCaused.get(requestId, commandId)
      return row && (JSON.parse(lineIn(row)) as LedgerFact)
    },
    lastArrival,
    positions,
    end() {
      const last = readLast.get()
      const next = positions()
      const marks = [...next].flatMap(([partition, offset]) => {
        const mark = hashPrefixBefore(partition, offset)
        return mark === undefined ? [] : [[partition, mark] as const]
      })
      return {
        next,
        hashPrefixes: new Map(marks),
        ...(last ? { last: { partition: last.partition, offset: last.offset, hashPrefix: last.hashPrefix } } : {}),
      }
    },
    arrivalBefore(next) {
      // Within a partition facts arrive in the order of their offsets.
      const known = [...positions().keys()].flatMap(partition => {
        const first = firstAt.get(partition, next.get(partition) ?? 0)
        return first ? [first.arrival] : []
      })
      return known.length > 0 ? Math.min(...known) - 1 : lastArrival()
    },
    hashPrefixBefore,
    hashPrefixAt: (partition, offset) => readHashPrefixAt.get(partition, offset)?.hashPrefix,
  }
}
