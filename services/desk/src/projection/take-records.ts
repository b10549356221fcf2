// Writes records of the ledger into the desk's projection, in slices, on the worker thread or in this one. Callers:
// request-view.ts.

import { crc32 } from 'node:zlib'
import type { Parked } from '@holdfast/folds'
import { evolveSummary, evolveSummaryByRefusal, type RequestSummary } from '@holdfast/lifecycle'
import {
  type Audience,
  type Fact,
  isDecrypted,
  isFact,
  isFeatureLevelRaised,
  isKnownFact,
  isRefusedCommand,
  type LedgerRecord,
  ledgerRecordIn,
  type RefusedCommand,
  type UnknownFact,
} from '@holdfast/schemas'
import { DamagedFileError, type SqliteFile } from '@holdfast/sqlite'
import { type AttemptResult, attemptSync, isLasting, reasonOf, type StreamRecord } from '@holdfast/streams'
import { hashPrefixOf } from '../cursors/stream-position.ts'
import type { CountryCounts } from '../lists/country-counts.ts'
import { type ChangedRequest, createCountryRowWriter } from '../lists/country-rows.ts'
import type { SearchableData } from '../personal-data/searchable-data.ts'
import type { SearchIndex } from '../search/search-index.ts'
import type { LeafTaking } from '../transparency-log/left-out-leaves.ts'
import { createAccessScopeWriter } from './access-scope-writer.ts'
import { createAccessWriter } from './access-writer.ts'
import type { CountedRequests } from './counted-requests.ts'
import { alertsOf } from './read-alerts.ts'
import type { FactReader, StoredFact } from './read-facts.ts'
import type { StoredAnswers } from './stored-answers.ts'
import { mayHaveProposals, type StoredProposals } from './stored-proposals.ts'
import type { StoredRefusals } from './stored-refusals.ts'

/** A fact that was just accepted; of a kind that is not known it says where the request stands, as any other does. */
export interface TakenFact extends StoredFact {
  readonly fact: Fact | UnknownFact
  /** Who sees it. */
  readonly sides: ReadonlySet<Audience>
}

/** What is told of the records that are taken, beside the facts. */
export interface TakingListeners {
  onUnreadable(record: StreamRecord, reason: string): void
  /** A refused command that was taken. */
  onRefused?(refused: RefusedCommand): void
  /** A request that the desk can't go on with: nothing of it from there on is in the view. */
  onParked?(parked: Parked, partition: number): void
}

/** What else of the view is written with a record. */
export interface TakingParts {
  readonly facts: Pick<FactReader, 'lastArrival'>
  readonly refusals: StoredRefusals
  readonly proposals: StoredProposals
  readonly answers: StoredAnswers
  readonly counts: CountryCounts
  readonly search: Pick<SearchIndex, 'begin' | 'keep' | 'drop'>
  /** What was made of the words of a request goes out of the view. */
  readonly forgetWords: (requestId: string) => void
  readonly counted: Pick<CountedRequests, 'take'>
  /** Requests that are left out; grows as one throws. */
  readonly parked: Set<string>
  standingOf(requestId: string): RequestSummary | undefined
}

/** A request that the batch has changed, with what is kept of its facts. */
interface BatchedRequest extends ChangedRequest {
  readonly facts: (Fact | UnknownFact)[]
  readonly taken: TakenFact[]
}

/** What a record means to the view. */
interface Meaning {
  readonly standing: RequestSummary
  /** For each country that has to look at it. */
  readonly alerts: readonly (readonly [country: string, alert: string])[]
}

/** A place in the ledger as one number that is the same at every desk. A topic has fewer partitions than this, and a double room for 2 × 10¹² offsets. */
const partitionsMax = 4096
const numberOf = ({ partition, offset }: StreamRecord): number => offset * partitionsMax + partition

/** Thrown where a request can't be written into the view: the batch is to be taken again, with this request parked. */
export class UnwritableRequestError extends Error {
  override readonly name = 'UnwritableRequestError'
  readonly requestId: string

  constructor(requestId: string, cause: unknown) {
    super(`${requestId} can't be written into the view`, { cause })
    this.requestId = requestId
  }
}

export interface RecordTaker {
  /**
   * Takes records of the ledger into the tables of the view: to be called within a write.
   * @param unwritable requests that are parked at their first record, and why.
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
  { facts, refusals, proposals, answers, counts, search, forgetWords, counted, parked, standingOf }: TakingParts,
): RecordTaker {
  const guarded = createAccessScopeWriter(file, {
    sides: createCountryRowWriter(file, counts),
    sight: createAccessWriter(file, search),
    standingOf,
  })
  const insertFact = file.prepare(
    'INSERT INTO facts (arrival, partition, "offset", leaf, request_id, sequence, cause, mark, sum, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertFactSide = file.prepare('INSERT INTO fact_sides (country, arrival, partition, "offset") VALUES (?, ?, ?, ?)')
  const insertAlert = file.prepare(
    'INSERT INTO alerts (country, partition, "offset", arrival, request_id, proposal, alert) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const settleProposals = file.prepare(
    'DELETE FROM alerts WHERE request_id = ?1 AND proposal IS NOT NULL AND proposal NOT IN (SELECT value FROM json_each(?2))',
  )
  const raiseLevel = file.prepare(
    'INSERT INTO levels VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET level = max(level, excluded.level)',
  )
  const park = file.prepare('INSERT OR IGNORE INTO parked (request_id, partition, "offset") VALUES (?, ?, ?)')

  /** Nothing is written yet, so that what throws here leaves nothing behind. */
  function read(entry: LedgerRecord | UnknownFact, before: RequestSummary | undefined): Meaning | undefined {
    const { accepted, standing } = isRefusedCommand(entry) ? evolveSummaryByRefusal(before, entry) : evolveSummary(before, entry)
    if (!accepted || !standing) return undefined
    const alerts = isRefusedCommand(entry) || isKnownFact(entry) ? [...alertsOf(entry)] : []
    return { standing, alerts: alerts.map(([country, alert]) => [country, JSON.stringify(alert)] as const) }
  }

  /** Of the last fact that was taken. */
  let arrived = 0

  function keepFact(
    record: StreamRecord,
    fact: Fact | UnknownFact,
    leaf: number,
    { alerts }: Meaning,
    seenBy: ReadonlySet<Audience>,
  ): TakenFact {
    const { partition, offset } = record
    const line = record.value
    const mark = hashPrefixOf(fact.hash)
    const arrival = ++arrived
    insertFact.run(arrival, partition, offset, leaf, fact.subject, fact.sequence, fact.causationid, mark, crc32(line), line)
    for (const side of seenBy) insertFactSide.run(side, arrival, partition, offset)
    search.keep(fact, line, arrival, seenBy)
    if (isKnownFact(fact) && isFact(fact, 'KeysDestroyed')) forgetWords(fact.subject)
    const proposal = isKnownFact(fact) && proposesSomething(fact) ? fact.sequence : null
    for (const [country, alert] of alerts) insertAlert.run(country, partition, offset, arrival, fact.subject, proposal, alert)
    return { arrival, partition, offset, leaf, mark, requestId: fact.subject, line, fact, sides: seenBy }
  }

  function keepRefusal(record: StreamRecord, refused: RefusedCommand, alerts: readonly (readonly [string, string])[]): void {
    refusals.keep(record, refused)
    // It arrived with the last fact before it.
    for (const [country, alert] of alerts) insertAlert.run(country, record.partition, record.offset, arrived, refused.subject, null, alert)
  }

  function saveRequest(change: BatchedRequest): void {
    const { before, standing, proposes } = change
    guarded.save(change)
    counted.take(change)
    if (proposes || (before && mayHaveProposals(before))) proposals.settle(standing)
    // Of most requests nothing waits.
    if (proposes || (before && waitingIn(before).length > 0)) settleProposals.run(standing.requestId, JSON.stringify(waitingIn(standing)))
  }

  /** What throws while a request is written must not keep the others out of the view. What is wrong with the file concerns all of them. */
  function writing<T>(requestId: string, write: () => T): T {
    try {
      return write()
    } catch (fault) {
      if (isOfFile(fault) || !isLasting(fault)) throw fault
      throw new UnwritableRequestError(requestId, fault)
    }
  }

  const takeAll: RecordTaker['takeAll'] = (records, { onUnreadable, onRefused, onParked }, leaves, found, unwritable) => {
    // What a write that failed had counted is not counted.
    counts.drop()
    arrived = facts.lastArrival()
    search.begin(found)
    const taken: TakenFact[] = []
    // The requests that this batch has reached already, so that each is read and written once.
    const changed = new Map<string, BatchedRequest>()
    guarded.begin(requestId => changed.get(requestId)?.standing)
    for (const record of records) {
      const parsed = ledgerRecordIn(record)
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
      const before = known ? known.before : standingOf(entry.subject)
      const step: AttemptResult<Meaning | undefined> = unwritable.has(entry.subject)
        ? { ok: false, fault: unwritable.get(entry.subject) }
        : attemptSync(() => read(entry, known?.standing ?? before))
      if (!step.ok) {
        const { partition, offset } = record
        park.run(entry.subject, partition, offset)
        leaves.leaveOut(record, entry, known?.standing ?? before)
        parked.add(entry.subject)
        onParked?.(
          { requestId: entry.subject, offset, reason: reasonOf(step.fault, { isOfSealed: isDecrypted(entry.data ?? {}) }) },
          partition,
        )
      } else if (step.value) {
        const meaning = step.value
        const { standing, alerts } = meaning
        const number = numberOf(record)
        const proposes = !isRefusedCommand(entry) && (proposals.keep(entry, number) || (isKnownFact(entry) && proposesSomething(entry)))
        const request: BatchedRequest = {
          before,
          standing,
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
          const fact = writing(entry.subject, () => keepFact(record, entry, leaf, meaning, guarded.wholeFor(standing)))
          request.facts.push(entry)
          request.taken.push(fact)
          taken.push(fact)
        }
      }
    }
    for (const change of changed.values()) writing(change.standing.requestId, () => saveRequest(change))
    found.check()
    counts.keep()
    leaves.keep()
    return taken
  }

  return {
    takeAll,
    childrenLeft: guarded.childrenLeft,
    writeChildren(found) {
      counts.drop()
      search.begin(found)
      guarded.writeChildren()
      found.check()
      counts.keep()
    },
  }
}

/** Results of SQLite that are about the values of a row: SQLITE_TOOBIG, SQLITE_CONSTRAINT and SQLITE_MISMATCH. Every other one is about the file. */
const ofValues: readonly number[] = [18, 19, 20]

function isOfFile(fault: unknown): boolean {
  if (fault instanceof DamagedFileError) return true
  const { code, errcode = 0 } = fault as { readonly code?: unknown; readonly errcode?: number }
  return code === 'ERR_SQLITE_ERROR' && !ofValues.includes(errcode & 0xff)
}

/** The facts of a request that wait for another's word. */
const waitingIn = ({ ledTo: { proposals = [] }, movedOnward }: RequestSummary): number[] => [
  ...proposals.map(({ sequence }) => sequence),
  ...movedOnward.flatMap(({ report, declined }) => (report !== undefined && !declined ? [report] : [])),
]

/** What waits for another's word: a second person's, or the requester's on money that moved onward. */
const proposesSomething = (fact: Fact): boolean =>
  isFact(fact, 'ActionProposed') || (isFact(fact, 'MovedOnwardReported') && fact.data.proposed !== undefined)
