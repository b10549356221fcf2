import type { LedgerLine } from '../observations.ts'
import { type Fact, type Refusal, readRecord } from './records.ts'

export interface CountedFact {
  readonly fact: Fact
  readonly line: LedgerLine
  /** The feature level of its partition. */
  readonly level: number
}

export interface CountedRefusal {
  readonly refusal: Refusal
  readonly line: LedgerLine
  /** How many facts counted before it. */
  readonly after: number
}

export interface Noise {
  readonly fact: Fact
  /** Does not count, because its command was recorded as refused. */
  readonly wasRefused: boolean
}

/** The records of one request that count, in log order, and those that do not. */
export interface History {
  readonly requestId: string
  readonly partition: number
  readonly facts: CountedFact[]
  readonly refusals: CountedRefusal[]
  /** Facts of a late writer, which are not the next of their history. */
  readonly noise: Noise[]
  /** Refusals that were decided on another history than this. */
  readonly lateRefusals: Refusal[]
}

export interface Unreadable {
  readonly line: LedgerLine
  readonly why: string
}

export interface Ledger {
  readonly histories: ReadonlyMap<string, History>
  readonly unreadable: readonly Unreadable[]
  /** Requests with records in more than one partition. */
  readonly strays: readonly CountedFact[]
}

const start = '0'.repeat(64)
/** The default for a ledger without a feature level. */
const firstLevel = 1

/**
 * Applies the acceptance rule as every reader does: a fact counts if it is the next of its history, follows the one
 * before, and its command was not refused.
 */
export function readLedger(lines: readonly LedgerLine[]): Ledger {
  const histories = new Map<string, History>()
  const unreadable: Unreadable[] = []
  const strays: CountedFact[] = []
  const levels = new Map<number, number>()
  for (const line of lines) {
    const record = readRecord(line)
    if (typeof record === 'string') {
      unreadable.push({ line, why: record })
      continue
    }
    const level = levels.get(line.partition) ?? firstLevel
    if (record.is === 'level') {
      levels.set(line.partition, Math.max(level, record.level))
      continue
    }
    const { subject } = record.is === 'fact' ? record.fact : record.refusal
    let history = histories.get(subject)
    if (!history) {
      history = { requestId: subject, partition: line.partition, facts: [], refusals: [], noise: [], lateRefusals: [] }
      histories.set(subject, history)
    }
    if (record.is === 'refusal') takeRefusal(history, record.refusal, line)
    else if (line.partition !== history.partition) strays.push({ ...record, level })
    else takeFact(history, { ...record, level })
  }
  return { histories, unreadable, strays }
}

function takeFact({ facts, refusals, noise }: History, { fact, line, level }: CountedFact): void {
  const isNext = fact.sequence === facts.length + 1 && fact.prevhash === (facts.at(-1)?.fact.hash ?? start)
  const wasRefused = refusals.some(({ refusal }) => refusal.causationid === fact.causationid)
  if (isNext && !wasRefused) facts.push({ fact, line, level })
  else noise.push({ fact, wasRefused })
}

/** A refusal counts if it was decided on the current history and is the next of its own number. */
function takeRefusal({ facts, refusals, lateRefusals }: History, refusal: Refusal, line: LedgerLine): void {
  const isNext =
    refusal.afterhash === facts.at(-1)?.fact.hash &&
    refusal.number === refusals.length + 1 &&
    refusal.afterrefusal === refusals.at(-1)?.refusal.id &&
    !refusals.some(each => each.refusal.causationid === refusal.causationid)
  if (isNext) refusals.push({ refusal, line, after: facts.length })
  else lateRefusals.push(refusal)
}
