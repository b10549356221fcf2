import { type Fact, factType, type Phase } from '@holdfast/payment-stop/language'
import { type RefusedCommand, refusedCommandType } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'

interface History {
  sequence: number
  hash: string
  phase: Phase
  /** The refused commands, oldest first. */
  refused: readonly string[]
}

const before: Pick<History, 'sequence' | 'hash' | 'refused'> = { sequence: 0, hash: '0'.repeat(64), refused: [] }

/**
 * The state of each request, from the stored records of the ledger: the next of a history that was not refused counts;
 * all else is noise.
 */
export function createHistories() {
  const histories = new Map<string, History>()
  const hashes = new Map<string, Set<string>>()
  const read: { readonly count: number; readonly last: StreamRecord }[] = []
  let facts = 0
  let duplicates = 0
  let deadlines = 0
  let ofNext = 0

  function forget(): void {
    histories.clear()
    hashes.clear()
    read.length = 0
    facts = 0
    duplicates = 0
    deadlines = 0
    ofNext = 0
  }

  function takeFact(fact: Fact): void {
    const { sequence, hash, refused } = histories.get(fact.subject) ?? before
    if (fact.sequence !== sequence + 1 || fact.prevhash !== hash || refused.includes(fact.causationid)) return
    histories.set(fact.subject, { sequence: fact.sequence, hash: fact.hash, phase: fact.phase, refused })
    facts++
    hashes.set(fact.subject, (hashes.get(fact.subject) ?? new Set()).add(fact.hash))
    if (fact.type === factType('DuplicateDetected')) duplicates++
    if (fact.type === factType('DeadlineReached') || fact.type === factType('HoldExpired')) deadlines++
    if (/Recalled|NoteTaken/.test(fact.type)) ofNext++
  }

  function takeRefusal({ subject, afterhash, number, causationid }: RefusedCommand): void {
    const history = histories.get(subject)
    if (history?.hash === afterhash && history.refused.length + 1 === number) history.refused = [...history.refused, causationid]
  }

  return {
    facts: () => facts,
    /** Requests that were found to be duplicates by payment. */
    duplicates: () => duplicates,
    /** Deadlines that were reached. */
    deadlines: () => deadlines,
    /** Facts that only the next version knows. */
    ofNext: () => ofNext,
    of: (requestId: string): History | undefined => histories.get(requestId),
    /** Whether a fact is part of its history. */
    counts: ({ subject, hash }: Fact): boolean => hashes.get(subject)?.has(hash) ?? false,
    take(partitions: readonly (readonly StreamRecord[])[]): void {
      // A record that was read can be lost by now, and then so is everything derived from it.
      if (partitions.some((records, partition) => read[partition] && records[read[partition].count - 1] !== read[partition].last)) forget()
      for (const [partition, records] of partitions.entries()) {
        for (const { value } of records.slice(read[partition]?.count ?? 0)) {
          const record = JSON.parse(value) as Fact | RefusedCommand
          if (record.type === refusedCommandType) takeRefusal(record as RefusedCommand)
          else if (record.type.startsWith('holdfast.fact.')) takeFact(record as Fact)
        }
        const last = records.at(-1)
        if (last) read[partition] = { count: records.length, last }
      }
    },
  }
}
export type Histories = ReturnType<typeof createHistories>
