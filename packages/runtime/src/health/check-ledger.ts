import { setTimeout as pause } from 'node:timers/promises'
import type { TopicSpec } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { factHash } from '@holdfast/trust'
import { recoveryHint } from '../backends/open-main-file.ts'
import type { Logger } from '../log.ts'
import type { Readiness } from './readiness.ts'

/** Works for this long, then rests nine times as long: a tenth of a core, about 1,000 facts per second. */
const workMs = 2
const restMs = 18
const everyMs = 24 * 3_600_000
/** At most this many problems are listed: a failing disk has more than anyone can read. */
const namedMax = 3

export interface LedgerCheckOptions {
  /** The topics of the ledgers. */
  readonly ledgers: readonly TopicSpec[]
  readonly streams: Streams
  /** The location of the ledger, for people. */
  readonly file: string
  readonly log: Logger
  readonly readiness: Pick<Readiness, 'note'>
}

export interface LedgerCheck {
  /** Resolves with the problems of the first round. */
  readonly first: Promise<readonly string[]>
  stop(): Promise<void>
}

/**
 * Reads the whole ledger now and each day in the background, and compares each fact with its hash. SQLite has no
 * checksums of its own, so only this detects a change within a record. `holdfast verify` checks that facts form intact
 * chains.
 */
export function startLedgerCheck({ ledgers, streams, file, log, readiness }: LedgerCheckOptions): LedgerCheck {
  const stopping = new AbortController()
  const { signal } = stopping

  async function round(): Promise<readonly string[]> {
    const problems: string[] = []
    const startedAt = performance.now()
    let records = 0
    try {
      await streams.ensureTopics(ledgers)
      for (const { name } of ledgers) {
        const partitions = await streams.partitionCount(name)
        for (let partition = 0; partition < partitions; partition++) records += await checkPartition(name, partition, problems)
      }
    } catch (error) {
      problems.push((error as Error).message)
    }
    if (signal.aborted) return problems
    const about = { file, records, seconds: Math.round((performance.now() - startedAt) / 1000) }
    if (problems.length === 0) log.info(about, 'Ledger check finished: every fact has its hash')
    else
      log.error(
        { ...about, problems: problems.slice(0, namedMax), problemsInAll: problems.length },
        `The ledger is damaged: ${recoveryHint}`,
      )
    readiness.note('ledger check', problems.length === 0 ? undefined : sentenceOf(problems))
    return problems
  }

  const sentenceOf = (problems: readonly string[]): string => {
    const more = problems.length > namedMax ? ` and ${problems.length - namedMax} more` : ''
    return `the ledger in ${file} is damaged: ${problems.slice(0, namedMax).join('; ')}${more}: ${recoveryHint}`
  }

  /** Returns the number of records it has read. */
  async function checkPartition(name: string, partition: number, problems: string[]): Promise<number> {
    const from = await streams.startOffset(name, partition)
    let next = from
    let since = performance.now()
    for await (const records of streams.read(name, partition, from, await streams.endOffset(name, partition))) {
      for (const record of records) {
        const wrong = record.offset === next ? problemOf(record) : `offsets ${next} to ${record.offset - 1} are missing`
        if (wrong) problems.push(`${ledgers.length > 1 ? `${name}, ` : ''}partition ${partition}: ${wrong}`)
        next = record.offset + 1
        if (performance.now() - since < workMs) continue
        await pause(restMs, undefined, { signal, ref: false }).catch(() => undefined)
        if (signal.aborted) return next - from
        since = performance.now()
      }
    }
    return next - from
  }

  async function run(first: PromiseWithResolvers<readonly string[]>): Promise<void> {
    while (!signal.aborted) {
      first.resolve(await round())
      await pause(everyMs, undefined, { signal, ref: false }).catch(() => undefined)
    }
  }

  const first = Promise.withResolvers<readonly string[]>()
  const running = run(first)
  return {
    first: first.promise,
    async stop() {
      stopping.abort()
      await running
    },
  }
}

/**
 * Returns what is wrong with one record of the ledger. A record without a hash, such as a refused command, must be
 * JSON.
 */
function problemOf({ offset, value }: StreamRecord): string | undefined {
  try {
    const entry = JSON.parse(value)
    return typeof entry.hash === 'string' && factHash(entry) !== entry.hash
      ? `the fact at offset ${offset} does not have its hash`
      : undefined
  } catch (error) {
    return `the record at offset ${offset} cannot be read: ${(error as Error).message}`
  }
}
