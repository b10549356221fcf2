// The desk's projection of the ledger, in one SQLite file that can be deleted and rebuilt. Callers: follow-ledger.ts
// writes, the query API reads.
// RequestProjection is one interface of several readers (lists, search, analysis, trees, proposals, answers, facts), as all
// of them share the file
// and one transaction: take-records.ts writes what a record changes in all of them at once.
// States of a partition: reading → (ledger truncated, or the file replaced) → reading again from where the file stands.
// States of a request: in the view → left out (parked: writing it throws) → in the view again after a redrive.

import type { Parked } from '@holdfast/folds'
import { parseSummary, type RequestSummary } from '@holdfast/lifecycle'
import type { LedgerRecord, RefusedCommand, RequestView } from '@holdfast/schemas'
import type { PersonalDataCipher } from '@holdfast/sealing/wrappers'
import type { ServiceContext } from '@holdfast/service-kit'
import type { SqliteFile } from '@holdfast/sqlite'
import { fingerprintsAfterBatch, formatFingerprints, type LogFingerprints, parseFingerprints, type StreamRecord } from '@holdfast/streams'
import { redactFor } from '../access/access-level.ts'
import { type CountryCounts, createCountryCounts } from '../lists/country-counts.ts'
import { createListReader, type ListReader } from '../lists/read-lists.ts'
import { createLogEmptier } from '../personal-data/log-emptier.ts'
import { nothingEncrypted, type SearchableData, withSearchableData } from '../personal-data/searchable-data.ts'
import { createSearchIndex, type SearchReader } from '../search/search-index.ts'
import { createStoredTrees, type TreeReader } from '../transparency-log/stored-trees.ts'
import { type CountedReader, createCountedRequests } from './counted-requests.ts'
import { projectionTables, selectViewOfCountry, tablesByPartition, tablesByRequest } from './projection-tables.ts'
import { type AlertCursor, createAlertReader, type StoredAlert } from './read-alerts.ts'
import { createFactReader, type FactReader } from './read-facts.ts'
import { type AnswerReader, createStoredAnswers } from './stored-answers.ts'
import { createStoredProposals, type ProposalReader } from './stored-proposals.ts'
import { createStoredRefusals } from './stored-refusals.ts'
import { createRecordTaker, type TakenFact, type TakingListeners, UnwritableRequestError } from './take-records.ts'
import { makeWorkTables } from './work-tables.ts'

export type { FactPage, StoredFact } from './read-facts.ts'
export type { TakenFact, TakingListeners } from './take-records.ts'

/** How far a partition was read, and what lay before that. */
export interface ReadSoFar {
  readonly next: number
  readonly past: LogFingerprints
}

/** A fact of the view by where it lies. */
export interface LostFact {
  readonly requestId: string
  readonly sequence: number
  readonly offset: number
  readonly line: string
}

/** A parked request, and from where on in the ledger it is left out. */
export type LeftOut = Pick<Parked, 'requestId' | 'offset'> & { readonly partition: number }

/**
 * The desk's own reading of the ledger, in a file of its own: it can be deleted at any time and is folded again. Facts that are not the next of their request
 * are dropped, as everywhere.
 */
export interface RequestProjection
  extends Omit<FactReader, 'causedBy'>,
    ListReader,
    ProposalReader,
    AnswerReader,
    Pick<CountryCounts, 'counts'>,
    SearchReader,
    TreeReader {
  /** What an analysis is made of. */
  readonly counted: CountedReader
  /** Whether records are written by a thread beside the work. */
  readonly writesBeside: boolean
  /** Takes records of one partition in log order and returns the facts that were accepted. */
  take(records: readonly StreamRecord[], listeners: TakingListeners): Promise<TakenFact[]>
  /** Whether requests are still to be written that others see than before, as they follow the money of one that others see. */
  childrenLeft(): boolean
  /** Writes some of them. */
  writeChildren(): Promise<void>
  /** The requests that are left out. */
  leftOut(): LeftOut[]
  /** Takes what of such a request was left out; where that throws again, it stays left out. */
  retake(request: LeftOut, records: readonly StreamRecord[], listeners: TakingListeners): Promise<TakenFact[]>
  /** What a command made, a fact or its refusal; undefined where it is on no record. */
  causedBy(requestId: string, commandId: string): LedgerRecord | undefined
  /** How a request stands, as far as this desk has read. */
  standing(requestId: string): RequestSummary | undefined
  /** The level of the ledger in the partition of a request, as far as this desk has read. */
  levelOf(requestId: string): number
  /** Commands that were refused, oldest first, as they are stored. */
  refusals(requestId: string): RefusedCommand[]
  /** Undefined when there is no such request or the country has no part in it, which is one and the same to this: both are not among what is the country's. */
  find(requestId: string, country: string): RequestView | undefined
  alerts(country: string, place: AlertCursor, limit: number): StoredAlert[]
  readSoFar(partition: number): ReadSoFar | undefined
  /** The line of the fact that the view has from here; undefined where it has none. */
  lineAt(partition: number, offset: number): string | undefined
  /** The facts that the view has from an offset on, in the order of the ledger. */
  factsFrom(partition: number, offset: number): Iterable<LostFact>
  /**
   * For a request whose words nobody can read any more: takes away all that was made of them, so that no byte of it stays in the file and, soon after, none in its log. It is found by its id and its case from then on. What the ledger itself keeps
   * of it stays: the marks of its blocks.
   */
  forgetWords(requestId: string): Promise<void>
  /** Forgets one partition, in one write during which nothing else is done. */
  forget(partition: number): Promise<void>
  /** Forgets everything: the ledger is another one than before. */
  clear(): Promise<void>
}

/**
 * The secret is the engine's: numbers are found by marks that it alone can make. What is kept of a fact is what is stored of it: with its words in a block.
 * @param words opens those by which requests are found.
 * @param onLogHeldUp called while the write-ahead log, in which erased data stays, can't be emptied.
 */
export function createRequestProjection(
  file: SqliteFile,
  secret: ServiceContext['secret'],
  words: Pick<PersonalDataCipher, 'opened'>,
  onLogHeldUp?: (error: unknown) => void,
): RequestProjection {
  file.schema(projectionTables)
  makeWorkTables(file)
  const refusals = createStoredRefusals(file)
  const facts = createFactReader(file)
  const proposals = createStoredProposals(file)
  const answers = createStoredAnswers(file)
  const counts = createCountryCounts(file)
  const search = createSearchIndex(file, secret)
  const counted = createCountedRequests(file)
  const trees = createStoredTrees(file)
  const readStanding = file.prepare('SELECT standing FROM requests WHERE request_id = ?')
  const savePosition = file.prepare(
    'INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT (partition) DO UPDATE SET next = excluded.next, past = excluded.past',
  )
  const readPosition = file.prepare('SELECT next, past FROM positions WHERE partition = ?')
  const readLine = file.prepare('SELECT line FROM facts WHERE partition = ? AND "offset" = ?')
  const readFrom = file.prepare(
    'SELECT request_id AS requestId, sequence, "offset", line FROM facts WHERE partition = ? AND "offset" >= ? ORDER BY "offset"',
  )
  const readView = file.prepare(selectViewOfCountry)
  const readLevel = file.prepare<{ level: number }>(
    'SELECT level FROM levels WHERE partition = (SELECT partition FROM facts WHERE request_id = ? LIMIT 1)',
  )

  const release = file.prepare('DELETE FROM parked WHERE request_id = ?')
  const readParked = file.prepare('SELECT request_id AS requestId, partition, "offset" FROM parked')
  const leftOut = (): LeftOut[] => readParked.all() as unknown as LeftOut[]
  // Looked at with each record, and nearly always empty.
  const parked = new Set<string>()
  const knowParked = (): void => {
    parked.clear()
    for (const { requestId } of leftOut()) parked.add(requestId)
  }
  knowParked()
  file.onRenewed(knowParked)

  /** What a write that failed had parked is not parked. */
  const writing = <T>(work: () => T, write: SqliteFile['write'] = file.write): Promise<T> =>
    write(work).catch((error: unknown) => {
      knowParked()
      throw error
    })

  const standingOf = (requestId: string): RequestSummary | undefined => {
    const row = readStanding.get(requestId) as { standing: string } | undefined
    return row && parseSummary(row.standing)
  }

  function readSoFar(partition: number): ReadSoFar | undefined {
    const row = readPosition.get(partition) as { next: number; past: string } | undefined
    return row && { next: row.next, past: parseFingerprints(row.past) }
  }

  /** Who listens is told of a write that was done, once. */
  async function withFound(
    records: readonly StreamRecord[],
    listeners: TakingListeners,
    write: (records: readonly StreamRecord[], found: SearchableData, heard: TakingListeners) => Promise<TakenFact[]>,
  ): Promise<TakenFact[]> {
    const withListeners = async (given: readonly StreamRecord[], found: SearchableData): Promise<TakenFact[]> => {
      const told: (() => void)[] = []
      const taken = await write(given, found, {
        onUnreadable: (record, reason) => void told.push(() => listeners.onUnreadable(record, reason)),
        onRefused: refused => void told.push(() => listeners.onRefused?.(refused)),
        onParked: (one, partition) => void told.push(() => listeners.onParked?.(one, partition)),
      })
      for (const tell of told) tell()
      return taken
    }
    return withSearchableData(words, records, withListeners)
  }

  /** Takes a batch again for each of its requests that can't be written: that one is parked then. */
  async function withoutUnwritable<T>(take: (unwritable: ReadonlyMap<string, unknown>) => Promise<T>): Promise<T> {
    const unwritable = new Map<string, unknown>()
    for (;;) {
      try {
        return await take(unwritable)
      } catch (error) {
        if (!(error instanceof UnwritableRequestError) || unwritable.has(error.requestId)) throw error
        unwritable.set(error.requestId, error.cause)
      }
    }
  }

  const emptier = createLogEmptier(file, { onHeldUp: onLogHeldUp })
  // A process that was killed may have left in the log what it had deleted.
  emptier.soon()

  /** To be called within a write. */
  function forgetWordsOf(requestId: string): void {
    search.forgetWords(requestId)
    emptier.soon()
  }

  const { takeAll, childrenLeft, writeChildren } = createRecordTaker(file, {
    facts,
    refusals,
    proposals,
    answers,
    counts,
    search,
    forgetWords: forgetWordsOf,
    counted,
    parked,
    standingOf,
  })

  return {
    ...facts,
    ...createListReader(file),
    proposals: proposals.proposals,
    answer: answers.answer,
    answersTo: answers.answersTo,
    counts: counts.counts,
    search: search.search,
    counted,
    alerts: createAlertReader(file),
    treeSize: trees.treeSize,
    treeNodes: trees.treeNodes,
    get writesBeside() {
      return file.writesBeside
    },
    take(records, listeners) {
      const [first] = records
      const last = records.at(-1)
      if (!first || !last) return Promise.resolve([])
      return withoutUnwritable(unwritable =>
        withFound(records, listeners, (given, found, heard) =>
          writing(() => {
            const { next, past } = readSoFar(first.partition) ?? { next: 0, past: [] }
            const fresh = given.filter(({ offset }) => offset >= next)
            const taken = takeAll(fresh, heard, trees.taking(first.partition), found, unwritable)
            savePosition.run(first.partition, Math.max(next, last.offset + 1), formatFingerprints(fingerprintsAfterBatch(past, fresh)))
            return taken
          }, file.writeBeside),
        ),
      )
    },
    childrenLeft,
    async writeChildren() {
      await withFound([], { onUnreadable: () => undefined }, (_none, found) =>
        writing(() => {
          writeChildren(found)
          return []
        }),
      )
    },
    leftOut,
    retake({ requestId }, records, listeners) {
      return withoutUnwritable(unwritable =>
        withFound(records, listeners, (given, found, heard) =>
          writing(() => {
            release.run(requestId)
            parked.delete(requestId)
            return takeAll(given, heard, trees.retaking(requestId), found, unwritable)
          }),
        ),
      )
    },
    async forgetWords(requestId) {
      await writing(() => {
        search.begin(nothingEncrypted)
        forgetWordsOf(requestId)
      })
    },
    find(requestId, country) {
      const row = readView.get(country, requestId) as { view: string } | undefined
      return row && redactFor(country, JSON.parse(row.view) as RequestView)
    },
    causedBy: (requestId, commandId) => facts.causedBy(requestId, commandId) ?? refusals.causedBy(requestId, commandId),
    standing: standingOf,
    levelOf: requestId => readLevel.get(requestId)?.level ?? 1,
    refusals: refusals.of,
    readSoFar,
    lineAt: (partition, offset) => (readLine.get(partition, offset) as { line: string } | undefined)?.line,
    factsFrom: (partition, offset) => readFrom.iterate(partition, offset) as unknown as Iterable<LostFact>,
    forget(partition) {
      return writing(() => {
        search.forget(partition)
        counted.forget(partition)
        trees.forget(partition)
        for (const table of tablesByRequest)
          file.prepare(`DELETE FROM ${table} WHERE request_id IN (SELECT request_id FROM facts WHERE partition = ?)`).run(partition)
        for (const table of tablesByPartition) file.prepare(`DELETE FROM ${table} WHERE partition = ?`).run(partition)
        counts.recount()
        knowParked()
      })
    },
    clear() {
      return file.write(() => {
        for (const table of [...tablesByRequest, ...tablesByPartition]) file.prepare(`DELETE FROM ${table}`).run()
        counts.recount()
        search.clear()
        counted.clear()
        trees.clear()
        parked.clear()
      })
    },
  }
}
