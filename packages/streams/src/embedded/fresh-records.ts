import type { StreamRecord } from '../port.ts'

/** Caches the newest records of all partitions, so that readers close to the writer need no row of the file. */
export interface FreshRecords {
  /** Adds records that were just written at a slot's end. */
  add(slot: number, records: readonly StreamRecord[]): void
  /**
   * The records between two offsets, up to a number of records and characters. Undefined if the first one is no longer
   * cached.
   */
  read(slot: number, from: number, to: number, recordsMax: number, charsMax: number): StreamRecord[] | undefined
}

interface CachedSlot {
  /** The offset of the first record. */
  from: number
  records: StreamRecord[]
}

/** The most characters of values, over all partitions. */
const cachedCharsMax = 8_388_608
/** Evicts this many entries at once, so that the list is not shifted for each. */
const evictAtOnce = 256

export function createFreshRecords(): FreshRecords {
  const bySlot = new Map<number, CachedSlot>()
  /** In order of insertion. */
  let added: { readonly slot: number; readonly count: number; readonly chars: number }[] = []
  let begin = 0
  let chars = 0

  function evict(): void {
    while (chars > cachedCharsMax) {
      const oldest = added[begin++]
      if (!oldest) break
      chars -= oldest.chars
      const cached = bySlot.get(oldest.slot)
      if (!cached) continue
      // After a rollback the slot's cache may be shorter.
      const evicted = Math.min(oldest.count, cached.records.length)
      cached.records.splice(0, evicted)
      cached.from += evicted
    }
    if (begin < evictAtOnce) return
    added = added.slice(begin)
    begin = 0
  }

  return {
    add(slot, records) {
      const [first] = records
      if (!first) return
      const cached = bySlot.get(slot)
      if (cached && cached.from + cached.records.length === first.offset) cached.records.push(...records)
      else bySlot.set(slot, { from: first.offset, records: [...records] })
      const weight = records.reduce((sum, { value }) => sum + value.length, 0)
      added.push({ slot, count: records.length, chars: weight })
      chars += weight
      if (chars > cachedCharsMax) evict()
    },
    read(slot, from, to, recordsMax, charsMax) {
      const cached = bySlot.get(slot)
      if (!cached || from < cached.from || from >= cached.from + cached.records.length) return undefined
      const found: StreamRecord[] = []
      const end = Math.min(to, from + recordsMax, cached.from + cached.records.length)
      for (let offset = from, weight = 0; offset < end && weight < charsMax; offset += 1) {
        const record = cached.records[offset - cached.from] as StreamRecord
        found.push(record)
        weight += record.value.length
      }
      return found
    },
  }
}
