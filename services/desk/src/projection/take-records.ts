// Writes ledger records into the desk's projection in slices, on the worker thread or in this one. Caller:
// request-projection.ts.

import { crc32 } from 'node:zlib'
import { type BasicSummary, recordsDestruction } from '@holdfast/core'
import type { Parked } from '@holdfast/request-state'
import {
  type Audience,
  isDecrypted,
  isFeatureLevelRaised,
  isRefusedCommand,
  type LedgerFact,
  ledgerRecordIn,
  type RefusedCommand,
} from '@holdfast/schemas'
import { DamagedFileError, type SqliteFile } from '@holdfast/sqlite'
import { type AttemptResult, attemptSync, isPermanent, reasonOf, type StreamRecord } from '@holdfast/streams'
import { hashPrefixOf } from '../cursors/stream-position.ts'
import type { CountryCounts } from '../lists/country-counts.ts'
import { type ChangedRequest, createCountryRowWriter } from '../lists/country-rows.ts'
import type { SearchableData } from '../personal-data/searchable-data.ts'
import type { SearchIndex } from '../search/search-index.ts'
import type { LeafTaking } from '../transparency-log/left-out-leaves.ts'
import { createAccessScopeWriter, type StandingRequest } from './access-scope-writer.ts'
import { createAccessWriter } from './access-writer.ts'
import type { OwnTables, ProjectedWorkflow, ProjectedWorkflows } from './projected-workflows.ts'
import type { FactReader, StoredFact } from './read-facts.ts'
import type { StoredAnswers } from './stored-answers.ts'
import type { StoredProposals } from './stored-proposals.ts'
import type { StoredRefusals } from './stored-refusals.ts'

/** A fact that was just accepted. A fact of an unknown kind also states the resulting state. */
export interface TakenFact extends StoredFact {
  readonly fact: LedgerFact
  /** The member roles that can read it. */
  readonly audiences: ReadonlySet<Audience>
}

/** Receives what happens to records, besides the accepted facts. */
export interface TakingListeners {
  onUnreadable(record: StreamRecord, reason: string): void
  /** A refused command that was taken. */
  onRefused?(refused: RefusedCommand): void
  /** A parked request: the projection leaves it out from this record on. */
  onParked?(parked: Parked, partition: number): void
}

/** The parts of the projection that a record changes. */
export interface TakingParts {
  readonly workflows: ProjectedWorkflows
  readonly facts: Pick<FactReader, 'lastArrival'>
  readonly refusals: StoredRefusals
  readonly proposals: StoredProposals
  readonly answers: StoredAnswers
  readonly counts: CountryCounts
  readonly search: Pick<SearchIndex, 'begin' | 'keep' | 'drop'>
  /** Removes everything derived from the personal data of a request. */
  readonly forgetPersonalData: (requestId: string) => void
  readonly own: ReadonlyMap<string, Pick<OwnTables, 'take'>>
  /** Parked requests. Grows when writing one throws. */
  readonly parked: Set<string>
  standingOf(requestId: string): StandingRequest | undefined
}

type Projected = ProjectedWorkflow['workflow']

/** A request that the batch has changed, with its facts. */
interface BatchedRequest extends ChangedRequest {
  readonly workflow: Projected
  readonly facts: LedgerFact[]
  readonly taken: TakenFact[]
}

/** What a record changes in the projection. */
interface Meaning {
  readonly summary: BasicSummary
  /** The alert of each country that must look at it. */
  readonly alerts: readonly (readonly [country: string, alert: string])[]
}

/**
 * A ledger position as one number, the same at every desk. A topic has fewer partitions than this, and a double can
 * hold 2 × 10¹² offsets.
 */
const partitionsMax = 4096
const numberOf = ({ partition, offset }: StreamRecord): number => offset * partitionsMax + partition

/** Thrown if a request can't be written: the caller takes the batch again with this request parked. */
export class UnwritableRequestError extends Error {
  override readonly name = 'UnwritableRequestError'
  readonly requestId: string

  constructor(requestId: string, cause: unknown) {
    super(`request ${requestId} cannot be written into the projection`, { cause })
    this.requestId = requestId
  }
}

export interface RecordTaker {
  /**
   * Writes records of the ledger into the tables. To be called within a write.
   * @param unwritable requests to park at their first record, and why.
   */
  takeAll(
    records: readonly StreamRecord[],
    listeners: TakingListeners,
    leaves: LeafTaking,
    found: SearchableData,
    unwritable: ReadonlyMap<string, unknown>,
  ): TakenFact[]
  /** As in `AccessScopeWriter`. */
  childrenLeft(): boolean
  writeChildren(found: SearchableData): void
}

export function createRecordTaker(
  file: SqliteFile,
  { workflows, facts, refusals, proposals, answers, counts, search, forgetPersonalData, own, parked, standingOf }: TakingParts,
): RecordTaker {
  const accessScopes = createAccessScopeWriter(file, {
    countryRows: createCountryRowWriter(file, counts),
    access: createAccessWriter(file, search),
    standingOf,
  })
  const insertFact = file.prepare(
    'INSERT INTO facts (arrival, partition, "offset", leaf, request_id, sequence, cause, hash_prefix, sum, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertFactSide = file.prepare('INSERT INTO fact_audiences (country, arrival, partition, "offset") VALUES (?, ?, ?, ?)')
  const insertAlert = file.prepare(
    'INSERT INTO alerts (country, partition, "offset", arrival, request_id, proposal, alert) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const settleProposals = file.prepare(
    'DELETE FROM alerts WHERE request_id = ?1 AND proposal IS NOT NULL AND proposal NOT IN (SELECT value FROM json_each(?2))',
  )
  const raiseLevel = file.prepare(
    'INSERT INTO feature_levels VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET level = max(level, excluded.level)',
  )
  const park = file.prepare('INSERT OR IGNORE INTO parked (request_id, partition, "offset") VALUES (?, ?, ?)')

  /** Reads without writing, so that a throw leaves nothing behind. */
  function read({ views }: Projected, entry: LedgerFact | RefusedCommand, before: BasicSummary | undefined): Meaning | undefined {
    const { accepted, summary } = isRefusedCommand(entry) ? views.evolveSummaryByRefusal(before, entry) : views.evolveSummary(before, entry)
    if (!accepted || !summary) return undefined
    return { summary, alerts: [...views.alertsOf(entry)].map(([country, alert]) => [country, JSON.stringify(alert)] as const) }
  }

  /** The arrival number of the last accepted fact. */
  let lastArrival = 0

  function keepFact(
    { views }: Projected,
    record: StreamRecord,
    fact: LedgerFact,
    leaf: number,
    { alerts }: Meaning,
    seenBy: ReadonlySet<Audience>,
  ): TakenFact {
    const { partition, offset } = record
    const line = record.value
    const hashPrefix = hashPrefixOf(fact.hash)
    const arrival = ++lastArrival
    insertFact.run(arrival, partition, offset, leaf, fact.subject, fact.sequence, fact.causationid, hashPrefix, crc32(line), line)
    for (const side of seenBy) insertFactSide.run(side, arrival, partition, offset)
    search.keep(views, fact, line, arrival, seenBy)
    if (recordsDestruction(fact)) forgetPersonalData(fact.subject)
    const proposal = views.decisions.awaitsDecision(fact) ? fact.sequence : null
    for (const [country, alert] of alerts) insertAlert.run(country, partition, offset, arrival, fact.subject, proposal, alert)
    return { arrival, partition, offset, leaf, hashPrefix, requestId: fact.subject, line, fact, audiences: seenBy }
  }

  function keepRefusal(record: StreamRecord, refused: RefusedCommand, alerts: readonly (readonly [string, string])[]): void {
    refusals.keep(record, refused)
    // A refusal shares the arrival number of the fact before it.
    for (const [country, alert] of alerts)
      insertAlert.run(country, record.partition, record.offset, lastArrival, refused.subject, null, alert)
  }

  function saveRequest(change: BatchedRequest): void {
    const { workflow, before, summary, proposes } = change
    const { decisions } = workflow.views
    accessScopes.save(change)
    own.get(workflow.name)?.take(change)
    if (proposes || (before && decisions.mayHaveProposals(before))) proposals.settle(decisions, summary)
    // Most requests have no open proposal.
    if (proposes || (before && decisions.awaitedBy(before).length > 0))
      settleProposals.run(summary.requestId, JSON.stringify(decisions.awaitedBy(summary)))
  }

  /**
   * A fault of one request must not keep the others out of the projection. A fault of the file concerns all of them.
   */
  function writing<T>(requestId: string, write: () => T): T {
    try {
      return write()
    } catch (fault) {
      if (isOfFile(fault) || !isPermanent(fault)) throw fault
      throw new UnwritableRequestError(requestId, fault)
    }
  }

  const takeAll: RecordTaker['takeAll'] = (records, { onUnreadable, onRefused, onParked }, leaves, found, unwritable) => {
    // Drops counts of a write that failed.
    counts.drop()
    lastArrival = facts.lastArrival()
    search.begin(found)
    const taken: TakenFact[] = []
    const [firstRecord] = records
    if (!firstRecord) return taken
    // All records are of one partition.
    const { workflow } = workflows.at(firstRecord.partition)
    const { decisions } = workflow.views
    // The requests that this batch has reached: each is read and written once.
    const changed = new Map<string, BatchedRequest>()
    accessScopes.begin(requestId => changed.get(requestId)?.summary)
    for (const record of records) {
      const parsed = ledgerRecordIn<LedgerFact>(record)
      if (!parsed.ok) onUnreadable(record, parsed.error)
      if (!parsed.ok) continue
      if (isFeatureLevelRaised(parsed.value)) {
        raiseLevel.run(record.partition, parsed.value.data.level)
        continue
      }
      const entry = parsed.value
      if (parked.has(entry.subject)) {
        leaves.passOver(record, entry)
        continue
      }
      const known = changed.get(entry.subject)
      const before = known ? known.before : standingOf(entry.subject)?.summary
      const step: AttemptResult<Meaning | undefined> = unwritable.has(entry.subject)
        ? { ok: false, fault: unwritable.get(entry.subject) }
        : attemptSync(() => read(workflow, entry, known?.summary ?? before))
      if (!step.ok) {
        const { partition, offset } = record
        park.run(entry.subject, partition, offset)
        leaves.leaveOut(record, entry, known?.summary ?? before)
        parked.add(entry.subject)
        onParked?.(
          { requestId: entry.subject, offset, reason: reasonOf(step.fault, { containsPersonalData: isDecrypted(entry.data ?? {}) }) },
          partition,
        )
      } else if (step.value) {
        const meaning = step.value
        const { summary, alerts } = meaning
        const number = numberOf(record)
        const proposes = !isRefusedCommand(entry) && (proposals.keep(decisions, entry, number) || decisions.awaitsDecision(entry))
        const request: BatchedRequest = {
          workflow,
          before,
          summary,
          facts: known?.facts ?? [],
          taken: known?.taken ?? [],
          number: known?.number ?? number,
          proposes: proposes || known?.proposes === true,
        }
        changed.set(entry.subject, request)
        answers.keep(entry)
        if (isRefusedCommand(entry)) {
          keepRefusal(record, entry, alerts)
          onRefused?.(entry)
        } else {
          const leaf = leaves.accept(record, entry)
          const fact = writing(entry.subject, () =>
            keepFact(workflow, record, entry, leaf, meaning, accessScopes.wholeFor({ workflow, summary })),
          )
          request.facts.push(entry)
          request.taken.push(fact)
          taken.push(fact)
        }
      }
    }
    for (const change of changed.values()) writing(change.summary.requestId, () => saveRequest(change))
    found.check()
    counts.keep()
    leaves.keep()
    return taken
  }

  return {
    takeAll,
    childrenLeft: accessScopes.childrenLeft,
    writeChildren(found) {
      counts.drop()
      search.begin(found)
      accessScopes.writeChildren()
      found.check()
      counts.keep()
    },
  }
}

/**
 * Results of SQLite about the values of a row: SQLITE_TOOBIG, SQLITE_CONSTRAINT and SQLITE_MISMATCH. All others are
 * about the file.
 */
const ofValues: readonly number[] = [18, 19, 20]

function isOfFile(fault: unknown): boolean {
  if (fault instanceof DamagedFileError) return true
  const { code, errcode = 0 } = fault as { readonly code?: unknown; readonly errcode?: number }
  return code === 'ERR_SQLITE_ERROR' && !ofValues.includes(errcode & 0xff)
}
