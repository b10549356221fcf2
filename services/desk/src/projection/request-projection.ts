// The desk's projection of the ledger, in one SQLite file that can be deleted and rebuilt. Callers: follow-ledger.ts
// writes, the query API reads.
// RequestProjection combines several readers (lists, search, analysis, trees, proposals, answers, facts), because they
// share the file and one transaction: take-records.ts writes all changes of a record at once.
// States of a partition: reading → (ledger truncated, or the file replaced) → reading again from the position of the
// file.
// States of a request: in the projection → left out (parked: writing it throws) → in the projection again after a
// redrive.

import type { BasicSummary } from '@holdfast/core'
import type { PersonalDataCipher } from '@holdfast/encryption/wrappers'
import type { Parked } from '@holdfast/request-state'
import type { LedgerFact, RefusedCommand, RequestView } from '@holdfast/schemas'
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
import type { StandingRequest } from './access-scope-writer.ts'
import { type OwnTables, type ProjectedWorkflows, phasesOf } from './projected-workflows.ts'
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

/** The next offset of a partition, and the fingerprints of the log before it. */
export interface ReadSoFar {
  readonly next: number
  readonly fingerprints: LogFingerprints
}

/** A fact in the projection, with its offset. */
export interface LostFact {
  readonly requestId: string
  readonly sequence: number
  readonly offset: number
  readonly line: string
}

/** A parked request, and the offset from which the projection leaves it out. */
export type LeftOut = Pick<Parked, 'requestId' | 'offset'> & { readonly partition: number }

/**
 * The desk's projection of the ledger, in a file that can be deleted and rebuilt. As in every service, a fact that is
 * not the next one of its request is dropped.
 */
export interface RequestProjection
  extends Omit<FactReader, 'causedBy'>,
    ListReader,
    ProposalReader,
    AnswerReader,
    Pick<CountryCounts, 'counts'>,
    SearchReader,
    TreeReader {
  /** The tables of workflows that have some, by their names. */
  readonly own: ReadonlyMap<string, OwnTables>
  /** Whether a worker thread writes the records. */
  readonly writesInWorker: boolean
  /** Takes records of one partition in log order and returns the facts that were accepted. */
  take(records: readonly StreamRecord[], listeners: TakingListeners): Promise<TakenFact[]>
  /** Whether onward requests of a request whose access has changed are still to be written. */
  childrenLeft(): boolean
  /** Writes some of them. */
  writeChildren(): Promise<void>
  /** The parked requests. */
  leftOut(): LeftOut[]
  /** Takes the records of a parked request. If that throws again, it stays parked. */
  retake(request: LeftOut, records: readonly StreamRecord[], listeners: TakingListeners): Promise<TakenFact[]>
  /** The fact or the refusal that a command caused, if this desk has read one. */
  causedBy(requestId: string, commandId: string): LedgerFact | RefusedCommand | undefined
  /** The summary of a request, as far as this desk has read. */
  summary(requestId: string): BasicSummary | undefined
  /** The name of the workflow of a request. */
  workflowOf(requestId: string): string | undefined
  /** The feature level in the partition of a request, as far as this desk has read. */
  levelOf(requestId: string): number
  /** Refused commands, oldest first, as stored. */
  refusals(requestId: string): RefusedCommand[]
  /**
   * Undefined if the request does not exist or the country has no access. The query makes no difference between the
   * two. `View` is that of its workflow.
   */
  find<View extends RequestView = RequestView>(requestId: string, country: string): View | undefined
  alerts(country: string, after: AlertCursor, limit: number): StoredAlert[]
  readSoFar(partition: number): ReadSoFar | undefined
  /** The line of the stored fact at this offset, if there is one. */
  lineAt(partition: number, offset: number): string | undefined
  /** The stored facts from an offset on, in ledger order. */
  factsFrom(partition: number, offset: number): Iterable<LostFact>
  /**
   * For a request whose personal data was erased: removes everything derived from its plaintext, from the file and soon
   * after from the write-ahead log. The request can then be found by its id and its case only. The digests of its
   * encrypted fields stay, because the ledger keeps them.
   */
  forgetPersonalData(requestId: string): Promise<void>
  /** Deletes one partition in one write. */
  forget(partition: number): Promise<void>
  /** Deletes everything, because the ledger was replaced. */
  clear(): Promise<void>
}

/**
 * Facts are stored as the ledger has them, with encrypted personal data.
 * @param secret the engine's secret: its blind indexes find personal data.
 * @param cipher decrypts the personal data by which requests are found.
 * @param onLogHeldUp called while the write-ahead log, which still contains erased data, can't be emptied.
 */
export function createRequestProjection(
  workflows: ProjectedWorkflows,
  file: SqliteFile,
  secret: ServiceContext['secret'],
  cipher: Pick<PersonalDataCipher, 'decrypt'>,
  onLogHeldUp?: (error: unknown) => void,
): RequestProjection {
  const phases = phasesOf(workflows.all)
  file.schema(projectionTables)
  makeWorkTables(file)
  const refusals = createStoredRefusals(file)
  const facts = createFactReader(file)
  const proposals = createStoredProposals(file)
  const answers = createStoredAnswers(file)
  const counts = createCountryCounts(file, phases)
  const search = createSearchIndex(file, secret)
  const own = new Map(workflows.all.flatMap(each => (each.openTables ? [[each.workflow.name, each.openTables(file)] as const] : [])))
  const trees = createStoredTrees(file)
  const readSummary = file.prepare('SELECT workflow, summary FROM requests WHERE request_id = ?')
  const readWorkflow = file.prepare<{ workflow: string }>('SELECT workflow FROM requests WHERE request_id = ?')
  const savePosition = file.prepare(
    'INSERT INTO positions VALUES (?, ?, ?) ON CONFLICT (partition) DO UPDATE SET next = excluded.next, fingerprints = excluded.fingerprints',
  )
  const readPosition = file.prepare('SELECT next, fingerprints FROM positions WHERE partition = ?')
  const readLine = file.prepare('SELECT line FROM facts WHERE partition = ? AND "offset" = ?')
  const readFrom = file.prepare(
    'SELECT request_id AS requestId, sequence, "offset", line FROM facts WHERE partition = ? AND "offset" >= ? ORDER BY "offset"',
  )
  const readView = file.prepare(selectViewOfCountry)
  const readLevel = file.prepare<{ level: number }>(
    'SELECT level FROM feature_levels WHERE partition = (SELECT partition FROM facts WHERE request_id = ? LIMIT 1)',
  )

  const release = file.prepare('DELETE FROM parked WHERE request_id = ?')
  const readParked = file.prepare('SELECT request_id AS requestId, partition, "offset" FROM parked')
  const leftOut = (): LeftOut[] => readParked.all() as unknown as LeftOut[]
  // Checked for each record, and nearly always empty.
  const parked = new Set<string>()
  const loadParked = (): void => {
    parked.clear()
    for (const { requestId } of leftOut()) parked.add(requestId)
  }
  loadParked()
  file.onContentReplaced(loadParked)

  /** After a failed write, reloads the parked requests, because the write may have added some. */
  const writing = <T>(work: () => T, write: SqliteFile['write'] = file.write): Promise<T> =>
    write(work).catch((error: unknown) => {
      loadParked()
      throw error
    })

  function standingOf(requestId: string): StandingRequest | undefined {
    const row = readSummary.get(requestId) as { workflow: string; summary: string } | undefined
    const known = row && workflows.all.find(({ workflow }) => workflow.name === row.workflow)
    return known && { workflow: known.workflow, summary: JSON.parse(row.summary) as BasicSummary }
  }
  const isSearchable = (fact: LedgerFact): boolean => workflows.all.some(({ workflow }) => workflow.views.isSearchable(fact))

  function readSoFar(partition: number): ReadSoFar | undefined {
    const row = readPosition.get(partition) as { next: number; fingerprints: string } | undefined
    return row && { next: row.next, fingerprints: parseFingerprints(row.fingerprints) }
  }

  /** Calls the listeners once, after the write has succeeded. */
  async function withFound(
    records: readonly StreamRecord[],
    listeners: TakingListeners,
    write: (records: readonly StreamRecord[], found: SearchableData, collecting: TakingListeners) => Promise<TakenFact[]>,
  ): Promise<TakenFact[]> {
    const withListeners = async (batch: readonly StreamRecord[], found: SearchableData): Promise<TakenFact[]> => {
      const calls: (() => void)[] = []
      const taken = await write(batch, found, {
        onUnreadable: (record, reason) => void calls.push(() => listeners.onUnreadable(record, reason)),
        onRefused: refused => void calls.push(() => listeners.onRefused?.(refused)),
        onParked: (request, partition) => void calls.push(() => listeners.onParked?.(request, partition)),
      })
      for (const call of calls) call()
      return taken
    }
    return withSearchableData(cipher, isSearchable, records, withListeners)
  }

  /** Takes a batch again for each request in it that can't be written, with that request parked. */
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
  // The log may contain data that a killed process had deleted.
  emptier.soon()

  /** To be called within a write. */
  function forgetPersonalDataOf(requestId: string): void {
    search.forgetPersonalData(requestId)
    emptier.soon()
  }

  const { takeAll, childrenLeft, writeChildren } = createRecordTaker(file, {
    workflows,
    facts,
    refusals,
    proposals,
    answers,
    counts,
    search,
    forgetPersonalData: forgetPersonalDataOf,
    own,
    parked,
    standingOf,
  })

  return {
    ...facts,
    ...createListReader(file, phases),
    proposals: proposals.proposals,
    answer: answers.answer,
    answersTo: answers.answersTo,
    counts: counts.counts,
    search: search.search,
    own,
    alerts: createAlertReader(file),
    treeSize: trees.treeSize,
    treeNodes: trees.treeNodes,
    get writesInWorker() {
      return file.writesOnThread
    },
    take(records, listeners) {
      const [first] = records
      const last = records.at(-1)
      if (!first || !last) return Promise.resolve([])
      return withoutUnwritable(unwritable =>
        withFound(records, listeners, (batch, found, collecting) =>
          writing(() => {
            const { next, fingerprints } = readSoFar(first.partition) ?? { next: 0, fingerprints: [] }
            const fresh = batch.filter(({ offset }) => offset >= next)
            const taken = takeAll(fresh, collecting, trees.taking(first.partition), found, unwritable)
            savePosition.run(
              first.partition,
              Math.max(next, last.offset + 1),
              formatFingerprints(fingerprintsAfterBatch(fingerprints, fresh)),
            )
            return taken
          }, file.writeOnThread),
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
        withFound(records, listeners, (batch, found, collecting) =>
          writing(() => {
            release.run(requestId)
            parked.delete(requestId)
            return takeAll(batch, collecting, trees.retaking(requestId), found, unwritable)
          }),
        ),
      )
    },
    async forgetPersonalData(requestId) {
      await writing(() => {
        search.begin(nothingEncrypted)
        forgetPersonalDataOf(requestId)
      })
    },
    find<View extends RequestView>(requestId: string, country: string) {
      const row = readView.get(country, requestId) as { view: string } | undefined
      return row && (redactFor(country, JSON.parse(row.view) as RequestView) as View)
    },
    causedBy: (requestId, commandId) => facts.causedBy(requestId, commandId) ?? refusals.causedBy(requestId, commandId),
    summary: requestId => standingOf(requestId)?.summary,
    workflowOf: requestId => readWorkflow.get(requestId)?.workflow,
    levelOf: requestId => readLevel.get(requestId)?.level ?? 1,
    refusals: refusals.of,
    readSoFar,
    lineAt: (partition, offset) => (readLine.get(partition, offset) as { line: string } | undefined)?.line,
    factsFrom: (partition, offset) => readFrom.iterate(partition, offset) as unknown as Iterable<LostFact>,
    forget(partition) {
      return writing(() => {
        search.forget(partition)
        for (const tables of own.values()) tables.forget(partition)
        trees.forget(partition)
        for (const table of tablesByRequest)
          file.prepare(`DELETE FROM ${table} WHERE request_id IN (SELECT request_id FROM facts WHERE partition = ?)`).run(partition)
        for (const table of tablesByPartition) file.prepare(`DELETE FROM ${table} WHERE partition = ?`).run(partition)
        counts.recount()
        loadParked()
      })
    },
    clear() {
      return file.write(() => {
        for (const table of [...tablesByRequest, ...tablesByPartition]) file.prepare(`DELETE FROM ${table}`).run()
        counts.recount()
        search.clear()
        for (const tables of own.values()) tables.clear()
        trees.clear()
        parked.clear()
      })
    },
  }
}
