import { cloudEventHeaders, type OutgoingRecord, type StreamRecord } from '@holdfast/streams'

/**
 * Where a reader is in a partition, and how many times that had been truncated by then: offsets alone look the same in a
 * log that grew as far again.
 */
export interface LogPosition {
  readonly offset: number
  readonly cuts: number
}

export interface Fetched {
  readonly records: readonly StreamRecord[]
  /** Behind the records. Where what the reader had read is there no more, the place up to which it is, and no records. */
  readonly next: LogPosition
  readonly isLost: boolean
}

/** One partition as the log keeps it. */
export interface MemoryPartition {
  readonly records: readonly StreamRecord[]
  /** Returns the offset of the first. */
  append(records: readonly OutgoingRecord[], atMs: number): number
  /** Loses the records from there on. */
  cut(offset: number): void
  /** The place of who comes there now. */
  placeAt(offset: number): LogPosition
  /** The place up to which a partition still is what its reader saw. */
  reached(place: LogPosition): LogPosition
  /** `batchOf` says how many of so many are given. */
  fetch(from: LogPosition, most: number, batchOf: (available: number) => number): Fetched
  offsetAt(timestampMs: number): number
  /** Resolves when there is something to fetch from this place, a loss included, or the signal aborts. */
  news(place: LogPosition, signal: AbortSignal): Promise<void>
}

/** The most that one batch weighs, in characters of values; a single record may be more. */
const batchChars = 1_048_576

export function createMemoryPartition(topic: string, partition: number): MemoryPartition {
  const records: StreamRecord[] = []
  /** Where the tail was lost, one after the other. */
  const cuts: number[] = []
  const waiting = new Set<() => void>()

  function reached({ offset, cuts: known }: LogPosition): LogPosition {
    let least = Math.min(offset, records.length)
    for (let cut = known; cut < cuts.length; cut += 1) least = Math.min(least, cuts[cut] ?? 0)
    return { offset: least, cuts: cuts.length }
  }

  function wake(): void {
    for (const each of [...waiting]) each()
  }

  const hasNews = (place: LogPosition): boolean => reached(place).offset < place.offset || records.length > place.offset

  return {
    records,
    append(outgoing, atMs) {
      const first = records.length
      for (const { key, value, headers } of outgoing) {
        records.push({
          topic,
          partition,
          offset: records.length,
          key,
          value,
          headers: headers ? { ...cloudEventHeaders, ...headers } : cloudEventHeaders,
          timestampMs: atMs,
        })
      }
      wake()
      return first
    },
    cut(offset) {
      if (offset >= records.length) return
      records.length = offset
      cuts.push(offset)
      wake()
    },
    placeAt: offset => ({ offset, cuts: cuts.length }),
    reached,
    fetch(from, most, batchOf) {
      const place = reached(from)
      if (place.offset < from.offset) return { records: [], next: place, isLost: true }
      const available = Math.min(records.length - from.offset, most)
      const last = from.offset + (available > 0 ? Math.max(1, Math.min(batchOf(available), available)) : 0)
      let end = from.offset
      for (let chars = 0; end < last && chars < batchChars; end += 1) chars += records[end]?.value.length ?? 0
      return { records: records.slice(from.offset, end), next: { offset: end, cuts: cuts.length }, isLost: false }
    },
    offsetAt(timestampMs) {
      const found = records.findIndex(record => record.timestampMs >= timestampMs)
      return found < 0 ? records.length : found
    },
    news(place, signal) {
      if (signal.aborted || hasNews(place)) return Promise.resolve()
      return new Promise(resolve => {
        const look = (): void => {
          if (!signal.aborted && !hasNews(place)) return
          waiting.delete(look)
          signal.removeEventListener('abort', look)
          resolve()
        }
        waiting.add(look)
        signal.addEventListener('abort', look, { once: true })
      })
    },
  }
}
