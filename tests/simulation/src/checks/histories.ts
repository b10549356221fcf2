import { factTypePrefix, type LedgerFact, type RefusedCommand, refusedCommandType } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { documentCheck } from '@holdfast/test-kit/document-check'
import type { MemoryLog } from '@holdfast/test-kit/memory-streams'

/** A fact, and when it was appended. */
export interface CheckFact {
  readonly fact: LedgerFact
  readonly atMs: number
}

/** The histories of all checks, read from their ledger whenever someone asks: runs have few. */
export interface CheckHistories {
  /** The facts that count, by check. */
  readonly all: () => ReadonlyMap<string, readonly CheckFact[]>
  readonly kindsOf: (requestId: string) => readonly string[]
}

export const kindOf = ({ fact: { type } }: CheckFact): string => type.slice(factTypePrefix.length)

/** Whether a check with facts of these kinds takes no more commands. */
export const isOver = (kinds: readonly string[]): boolean =>
  kinds.some(kind => kind === 'CheckSettled' || kind === 'CheckDuplicated' || kind === 'DeadlineReached')

export function readCheckHistories(log: MemoryLog, partitions: number): CheckHistories {
  const records = (): readonly StreamRecord[] =>
    log.topics().includes(documentCheck.topics.ledger.name)
      ? Array.from({ length: partitions }, (_, partition) => log.recordsOf(documentCheck.topics.ledger.name, partition)).flat()
      : []
  return {
    all: () => historiesIn(records()),
    kindsOf: requestId => (historiesIn(records().filter(({ key }) => key === requestId)).get(requestId) ?? []).map(kindOf),
  }
}

/** By the rule of the ledger: the next fact of a history counts, unless its command was refused before; all else is noise. */
function historiesIn(records: readonly StreamRecord[]): Map<string, CheckFact[]> {
  const histories = new Map<string, CheckFact[]>()
  const refused = new Map<string, string[]>()
  for (const { value, timestampMs } of records) {
    const record = JSON.parse(value) as LedgerFact | RefusedCommand
    const history = histories.get(record.subject) ?? []
    const last = history.at(-1)?.fact
    const before = refused.get(record.subject) ?? []
    if (record.type === refusedCommandType) {
      const { afterhash, number, causationid } = record as RefusedCommand
      if (last?.hash === afterhash && before.length + 1 === number) refused.set(record.subject, [...before, causationid])
    } else if (record.type.startsWith(factTypePrefix)) {
      const fact = record as LedgerFact
      const isNext = fact.sequence === history.length + 1 && fact.prevhash === (last?.hash ?? '0'.repeat(64))
      if (isNext && !before.includes(fact.causationid)) histories.set(fact.subject, [...history, { fact, atMs: timestampMs }])
    }
  }
  return histories
}
