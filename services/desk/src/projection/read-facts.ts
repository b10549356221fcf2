import { crc32 } from 'node:zlib'
import type { Fact } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { SeenFact, StreamPosition } from '../cursors/stream-position.ts'

/** A fact as the desk keeps it: the line as it stands in the ledger, and where. */
export interface StoredFact extends SeenFact {
  /** Grows in the order in which this desk saw the facts; of no meaning to another desk. */
  readonly arrival: number
  readonly requestId: string
  /** Which leaf of its partition's tree it is, the same at every desk. */
  readonly leaf: number
  readonly line: string
}

/** Where a reader stands in the order of arrival. What lies before its position was given to it by another desk, or by this one before. */
export interface ReaderPosition {
  readonly country: string
  readonly requestId?: string
  readonly arrival: number
  readonly position: StreamPosition
  /** Facts that arrived later are not wanted. */
  readonly until?: number
}

export interface FactPage {
  readonly facts: StoredFact[]
  /** Everything up to this arrival has been looked at, whether or not something of it was for this reader. */
  readonly reached: number
  /** Nothing is left. */
  readonly isLast: boolean
}

export interface HistoryPage {
  /** The facts as they stand in the ledger, in their order. */
  readonly lines: string[]
  /** There are earlier ones: those before this sequence number. */
  readonly before?: number
}

export interface FactReader {
  page(place: ReaderPosition): FactPage
  history(requestId: string, page: { before?: number; limit: number }): HistoryPage
  /** All facts of a request as they stand in the ledger, in their order. */
  lines(requestId: string): Iterable<string>
  /** The next facts of a request after this sequence number, in their order, as they are stored. */
  factsAfter(requestId: string, sequence: number, limit: number): Fact[]
  /** The fact that a command made, if it made one. */
  causedBy(requestId: string, commandId: string): Fact | undefined
  /** The number of the last fact that arrived. */
  lastArrival(): number
  /** Per partition the next offset to read. */
  positions(): Map<number, number>
  /** Behind everything that was taken. */
  end(): StreamPosition
  /** The number before the first fact that lies at or beyond these offsets. */
  arrivalBefore(next: ReadonlyMap<number, number>): number
  /** The mark of the fact that lies here; undefined where none does. */
  markAt(partition: number, offset: number): number | undefined
  /** The mark of the last fact before this offset; undefined where none is. */
  markBefore(partition: number, next: number): number | undefined
}

/** A page is read in one go, and everything else waits for it: some 2 ms. */
const pageFactsMax = 100
/** A fact may weigh 600 kB; a page ends with the fact that makes it this heavy. */
const pageCharactersMax = 256_000
/** Facts that are passed over, as another desk gave them, are no page without an end either. */
const pageRowsMax = 2_000
/** Of a history, which is one answer: a page ends with the fact that makes it this heavy. */
const historyCharactersMax = 1_000_000

interface Row {
  readonly arrival: number
  readonly partition: number
  readonly offset: number
}

interface KeptLine {
  readonly sum: number
  readonly line: string
}

export function createFactReader(file: SqliteFile): FactReader {
  const ofCountry = file.prepare<Row>(
    'SELECT arrival, partition, "offset" FROM fact_sides WHERE country = ? AND arrival > ? AND arrival <= ? ORDER BY arrival LIMIT ?',
  )
  const ofRequest = file.prepare<Row>(
    'SELECT arrival, partition, "offset" FROM facts WHERE request_id = ? AND arrival > ? AND arrival <= ? ORDER BY sequence LIMIT ?',
  )
  const isForCountry = file.prepare('SELECT 1 FROM sides WHERE country = ? AND request_id = ?')
  // Who sees how a request stands has it among its own, and none of its facts.
  const seesFacts = file.prepare(
    'SELECT 1 FROM facts CROSS JOIN fact_sides ON fact_sides.country = ? AND fact_sides.arrival = facts.arrival WHERE request_id = ? LIMIT 1',
  )
  const readFact = file.prepare<KeptLine & Pick<StoredFact, 'requestId' | 'leaf' | 'mark'>>(
    'SELECT request_id AS requestId, leaf, mark, sum, line FROM facts WHERE arrival = ?',
  )
  const readHistory = file.prepare<KeptLine & { readonly sequence: number }>(
    'SELECT sequence, sum, line FROM facts WHERE request_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?',
  )
  const readLines = file.prepare<KeptLine>('SELECT sum, line FROM facts WHERE request_id = ? ORDER BY sequence')
  const readAfter = file.prepare<KeptLine>('SELECT sum, line FROM facts WHERE request_id = ? AND sequence > ? ORDER BY sequence LIMIT ?')
  const readCaused = file.prepare<KeptLine>('SELECT sum, line FROM facts WHERE request_id = ? AND cause = ?')
  const readLast = file.prepare<SeenFact & { readonly arrival: number }>(
    'SELECT arrival, partition, "offset", mark FROM facts ORDER BY arrival DESC LIMIT 1',
  )
  const readPositions = file.prepare<{ partition: number; next: number }>('SELECT partition, next FROM positions')
  const firstAt = file.prepare<{ arrival: number }>(
    'SELECT arrival FROM facts WHERE partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT 1',
  )
  const markOfLast = file.prepare<{ mark: number }>(
    'SELECT mark FROM facts WHERE partition = ? AND "offset" < ? ORDER BY "offset" DESC LIMIT 1',
  )
  const markOfFact = file.prepare<{ mark: number }>('SELECT mark FROM facts WHERE partition = ? AND "offset" = ?')

  /** Throws DamagedFileError where the line is not what was written. */
  function lineIn({ sum, line }: KeptLine): string {
    if (crc32(line) !== sum) throw file.foundDamage('a fact is not what was written')
    return line
  }

  const lastArrival = () => readLast.get()?.arrival ?? 0
  const positions = () => new Map(readPositions.all().map(({ partition, next }) => [partition, next]))

  const markBefore = (partition: number, next: number) => markOfLast.get(partition, next)?.mark

  /** One by one: most pages are full long before their last row. */
  function rowsOf({ country, requestId, arrival }: ReaderPosition, until: number): Iterable<Row> {
    if (requestId === undefined) return ofCountry.iterate(country, arrival, until, pageRowsMax)
    if (!isForCountry.get(country, requestId) || !seesFacts.get(country, requestId)) return []
    return ofRequest.iterate(requestId, arrival, until, pageRowsMax)
  }

  return {
    page(place) {
      const until = place.until ?? lastArrival()
      const facts: StoredFact[] = []
      let characters = 0
      let rows = 0
      let reached = place.arrival
      for (const { arrival, partition, offset } of rowsOf(place, until)) {
        rows++
        reached = arrival
        if (offset < (place.position.next.get(partition) ?? 0)) continue
        const row = readFact.get(arrival)
        if (!row) throw new Error(`the fact with arrival ${arrival} is not in the view`)
        const { requestId, leaf, mark, ...kept } = row
        const fact = { arrival, partition, offset, requestId, leaf, mark, line: lineIn(kept) }
        facts.push(fact)
        characters += fact.line.length
        if (facts.length === pageFactsMax || characters >= pageCharactersMax) return { facts, reached, isLast: false }
      }
      const isLast = rows < pageRowsMax
      return { facts, reached: isLast ? Math.max(until, place.arrival) : reached, isLast }
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
      return readAfter.all(requestId, sequence, limit).map(row => JSON.parse(lineIn(row)) as Fact)
    },
    causedBy(requestId, commandId) {
      const row = readCaused.get(requestId, commandId)
      return row && (JSON.parse(lineIn(row)) as Fact)
    },
    lastArrival,
    positions,
    end() {
      const last = readLast.get()
      const next = positions()
      const marks = [...next].flatMap(([partition, offset]) => {
        const mark = markBefore(partition, offset)
        return mark === undefined ? [] : [[partition, mark] as const]
      })
      return { next, marks: new Map(marks), ...(last ? { last: { partition: last.partition, offset: last.offset, mark: last.mark } } : {}) }
    },
    arrivalBefore(next) {
      // Within a partition facts arrive in the order of their offsets.
      const known = [...positions().keys()].flatMap(partition => {
        const first = firstAt.get(partition, next.get(partition) ?? 0)
        return first ? [first.arrival] : []
      })
      return known.length > 0 ? Math.min(...known) - 1 : lastArrival()
    },
    markBefore,
    markAt: (partition, offset) => markOfFact.get(partition, offset)?.mark,
  }
}
