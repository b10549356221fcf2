import type { StreamRecord } from '../port.ts'

/** The newest records of all partitions, as they were written: who reads right behind the writer needs no row of the file. */
export interface FreshRecords {
  /** What was just written at a slot's end. */
  add(slot: number, records: readonly StreamRecord[]): void
  /** The records from an offset up to another, or so many of them, or of so many characters; undefined where the first is not here any more. */
  read(slot: number, from: number, to: number, recordsMax: number, charsMax: number): StreamRecord[] | undefined
}

interface Kept {
  /** The offset of the first. */
  from: number
  records: StreamRecord[]
}

/** In characters of values, of all partitions together. */
const keptCharsMax = 8_388_608
/** So many are let go of at once, so that a list is not moved along for each. */
const letGoAtOnce = 256

export function createFreshRecords(): FreshRecords {
  const bySlot = new Map<number, Kept>()
  /** In the order in which they were added. */
  let added: { readonly slot: number; readonly count: number; readonly chars: number }[] = []
  let begin = 0
  let chars = 0

  function letGo(): void {
    while (chars > keptCharsMax) {
      const oldest = added[begin++]
      if (!oldest) break
      chars -= oldest.chars
      const kept = bySlot.get(oldest.slot)
      if (!kept) continue
      // A slot of which some was undone has begun anew.
      const gone = Math.min(oldest.count, kept.records.length)
      kept.records.splice(0, gone)
      kept.from += gone
    }
    if (begin < letGoAtOnce) return
    added = added.slice(begin)
    begin = 0
  }

  return {
    add(slot, records) {
      const [first] = records
      if (!first) return
      const kept = bySlot.get(slot)
      if (kept && kept.from + kept.records.length === first.offset) kept.records.push(...records)
      else bySlot.set(slot, { from: first.offset, records: [...records] })
      const weight = records.reduce((sum, { value }) => sum + value.length, 0)
      added.push({ slot, count: records.length, chars: weight })
      chars += weight
      if (chars > keptCharsMax) letGo()
    },
    read(slot, from, to, recordsMax, charsMax) {
      const kept = bySlot.get(slot)
      if (!kept || from < kept.from || from >= kept.from + kept.records.length) return undefined
      const found: StreamRecord[] = []
      const end = Math.min(to, from + recordsMax, kept.from + kept.records.length)
      for (let offset = from, weight = 0; offset < end && weight < charsMax; offset += 1) {
        const record = kept.records[offset - kept.from] as StreamRecord
        found.push(record)
        weight += record.value.length
      }
      return found
    },
  }
}
