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
  const read: number[] = []
  let facts = 0
  let duplicates = 0

  function takeFact(fact: Fact): void {
    const { sequence, hash } = histories.get(fact.subject) ?? { sequence: 0, hash: chainStart }
    if (fact.sequence !== sequence + 1 || fact.prevhash !== hash) return
    histories.set(fact.subject, { sequence: fact.sequence, hash: fact.hash, phase: fact.phase })
    facts++
    if (fact.type === factType('DuplicateDetected')) duplicates++
  }

  return {
    facts: () => facts,
    /** Requests that were found to be for a payment that another one stands for. */
    duplicates: () => duplicates,
    of: (requestId: string): History | undefined => histories.get(requestId),
    take(partitions: readonly (readonly StreamRecord[])[]): void {
      for (const [partition, records] of partitions.entries()) {
        for (const { value } of records.slice(read[partition] ?? 0)) {
          const record = JSON.parse(value) as Fact
          if (record.type.startsWith('holdfast.fact.')) takeFact(record)
        }
        read[partition] = records.length
      }
    },
  }
}
export type Histories = ReturnType<typeof createHistories>
