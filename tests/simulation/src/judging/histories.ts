import { type Fact, factType, type Phase } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

interface History {
  sequence: number
  hash: string
  phase: Phase
}

const chainStart = '0'.repeat(64)

/** How far each request is, by the records of the ledger as they lie there: who is next in a history counts, and everything else is noise. */
export function createHistories() {
  const histories = new Map<string, History>()
  const read: { readonly count: number; readonly last: StreamRecord }[] = []
  let facts = 0
  let duplicates = 0
  let deadlines = 0
  let ofNext = 0

  function forget(): void {
    histories.clear()
    read.length = 0
    facts = 0
    duplicates = 0
    deadlines = 0
    ofNext = 0
  }

  function takeFact(fact: Fact): void {
    const { sequence, hash } = histories.get(fact.subject) ?? { sequence: 0, hash: chainStart }
    if (fact.sequence !== sequence + 1 || fact.prevhash !== hash) return
    histories.set(fact.subject, { sequence: fact.sequence, hash: fact.hash, phase: fact.phase })
    facts++
    if (fact.type === factType('DuplicateDetected')) duplicates++
    if (fact.type === factType('DeadlineReached') || fact.type === factType('HoldExpired')) deadlines++
    if (/Recalled|NoteTaken/.test(fact.type)) ofNext++
  }

  return {
    facts: () => facts,
    /** Requests that were found to be for a payment that another one stands for. */
    duplicates: () => duplicates,
    /** Deadlines that passed. */
    deadlines: () => deadlines,
    /** Facts that only the next version knows. */
    ofNext: () => ofNext,
    of: (requestId: string): History | undefined => histories.get(requestId),
    take(partitions: readonly (readonly StreamRecord[])[]): void {
      // What was read may be lost by now, and then all that was made of it is.
      if (partitions.some((records, partition) => read[partition] && records[read[partition].count - 1] !== read[partition].last)) forget()
      for (const [partition, records] of partitions.entries()) {
        for (const { value } of records.slice(read[partition]?.count ?? 0)) {
          const record = JSON.parse(value) as Fact
          if (record.type.startsWith('holdfast.fact.')) takeFact(record)
        }
        const last = records.at(-1)
        if (last) read[partition] = { count: records.length, last }
      }
    },
  }
}
export type Histories = ReturnType<typeof createHistories>
