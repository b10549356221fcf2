import { fold, foldRefusal, parseSnapshot, type RequestSnapshot, serializeSnapshot, viewOf } from '@holdfast/lifecycle'
import {
  type Fact,
  isFact,
  isRefusedCommand,
  type LedgerRecord,
  type RefusedCommand,
  type RequestView,
  readLedgerRecord,
} from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'
import { createKeptRefusals } from './kept-refusals.ts'
import { type AlertPlace, alertsOf, createAlertReader, type KeptAlert } from './read-alerts.ts'
import { createFactReader, type FactReader, type KeptFact } from './read-facts.ts'
import { createListReader, type ListReader } from './read-lists.ts'
import { markOf } from './stream-position.ts'
import { viewTables } from './view-tables.ts'

export type { FactPage, KeptFact } from './read-facts.ts'

/** A fact that was just accepted. */
export interface TakenFact extends KeptFact {
  readonly fact: Fact
}

/**
 * The desk's own reading of the ledger, in a file of its own: it can be deleted at any time and is folded again. Facts that are not the next of their request
 * are dropped, as everywhere.
 */
export interface RequestViews extends Omit<FactReader, 'causedBy'>, ListReader {
  /** Takes records of one partition in log order and returns the facts that were accepted; refused commands that were are told. */
  take(
    records: readonly StreamRecord[],
    onUnreadable: (record: StreamRecord, reason: string) => void,
    onRefused?: (refused: RefusedCommand) => void,
  ): Promise<TakenFact[]>
  /** What a command made, a fact or its refusal; undefined where it is on no record. */
  causedBy(requestId: string, commandId: string): LedgerRecord | undefined
  /** The state of a request as the ledger decides on it, as far as this desk has read. */
  snapshot(requestId: string): RequestSnapshot | undefined
  /** Commands that were refused, oldest first. */
  refusals(requestId: string): RefusedCommand[]
  /** Undefined when there is no such request or the country has no part in it, which is one and the same to this: both are not among what is the country's. */
  find(requestId: string, country: string): RequestView | undefined
  alerts(country: string, place: AlertPlace, limit: number): KeptAlert[]
  /** Forgets everything: the ledger is another one than before. */
  clear(): Promise<void>
}

interface Changed {
  readonly snapshot: RequestSnapshot
  readonly last: Pick<LedgerRecord, 'subject' | 'phase' | 'requestingcountry' | 'beneficiarycountry'>
  /** Where the first of its facts in this batch lies; kept for its place in lists if that is its opening. */
  readonly number: number
}

/** A place in the ledger as one number that is the same at every desk. A topic has fewer partitions than this, and a double room for 2 × 10¹² offsets. */
const partitionsMax = 4096
const numberOf = ({ partition, offset }: StreamRecord): number => offset * partitionsMax + partition

export function createRequestViews(file: SqliteFile): RequestViews {
  file.schema(viewTables)
  const refusals = createKeptRefusals(file)
  const facts = createFactReader(file)
  const readSnapshot = file.prepare('SELECT snapshot FROM requests WHERE request_id = ?')
  const upsertRequest = file.prepare(
    `INSERT INTO requests (request_id, snapshot, view) VALUES (?, ?, ?)
     ON CONFLICT (request_id) DO UPDATE SET snapshot = excluded.snapshot, view = excluded.view`,
  )
  const upsertSide = file.prepare(
    `INSERT INTO sides (country, request_id, requesting, phase, case_reference, parent, opened_ms, number) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (country, request_id) DO UPDATE
     SET phase = excluded.phase, case_reference = excluded.case_reference, parent = excluded.parent
     WHERE phase <> excluded.phase OR case_reference <> excluded.case_reference OR parent IS NOT excluded.parent`,
  )
  const insertFact = file.prepare(
    'INSERT INTO facts (partition, "offset", request_id, sequence, cause, mark, line) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const insertFactSide = file.prepare('INSERT INTO fact_sides (country, arrival, partition, "offset") VALUES (?, ?, ?, ?)')
  const insertAlert = file.prepare(
    'INSERT INTO alerts (country, partition, "offset", arrival, request_id, proposal, alert) VALUES (?, ?, ?, ?, ?, ?, ?)',
  )
  const settleProposals = file.prepare(
    'DELETE FROM alerts WHERE request_id = ?1 AND proposal IS NOT NULL AND proposal NOT IN (SELECT value FROM json_each(?2))',
  )
  const savePosition = file.prepare('INSERT INTO positions VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET next = excluded.next')
  const readPosition = file.prepare('SELECT next FROM positions WHERE partition = ?')
  // From the sides to the request, never the other way round: what is another country's takes the time of what does not exist (V16).
  const readView = file.prepare(
    'SELECT view FROM sides CROSS JOIN requests USING (request_id) WHERE sides.country = ? AND sides.request_id = ?',
  )

  const snapshotOf = (requestId: string): RequestSnapshot | undefined => {
    const row = readSnapshot.get(requestId) as { snapshot: string } | undefined
    return row && parseSnapshot(row.snapshot)
  }

  /** `changed` holds the requests that this batch has reached already, so that each is read and written once. */
  function takeOne(record: StreamRecord, fact: Fact, changed: Map<string, Changed>): TakenFact | undefined {
    const before = changed.get(fact.subject)
    const { accepted, snapshot } = fold(before?.snapshot ?? snapshotOf(fact.subject), fact)
    if (!accepted || !snapshot) return undefined
    changed.set(fact.subject, { snapshot, last: fact, number: before?.number ?? numberOf(record) })
    const { partition, offset, value: line } = record
    const mark = markOf(fact.hash)
    const arrival = Number(insertFact.run(partition, offset, fact.subject, fact.sequence, fact.causationid, mark, line).lastInsertRowid)
    for (const country of sidesOf(fact)) insertFactSide.run(country, arrival, partition, offset)
    const proposal = isFact(fact, 'ActionProposed') || (isFact(fact, 'MovedOnwardReported') && fact.data.proposed) ? fact.sequence : null
    for (const [country, alert] of alertsOf(fact))
      insertAlert.run(country, partition, offset, arrival, fact.subject, proposal, JSON.stringify(alert))
    return { arrival, partition, offset, mark, requestId: fact.subject, line, fact }
  }

  function takeRefusal(record: StreamRecord, refused: RefusedCommand, changed: Map<string, Changed>): boolean {
    const before = changed.get(refused.subject)
    const { accepted, snapshot } = foldRefusal(before?.snapshot ?? snapshotOf(refused.subject), refused)
    if (!accepted || !snapshot) return false
    changed.set(refused.subject, { snapshot, last: refused, number: before?.number ?? numberOf(record) })
    refusals.keep(record, refused)
    // It arrived with the last fact before it.
    for (const [country, alert] of alertsOf(refused))
      insertAlert.run(country, record.partition, record.offset, facts.lastArrival(), refused.subject, null, JSON.stringify(alert))
    return true
  }

  function saveRequest({ snapshot, last, number }: Changed): void {
    const {
      document: { caseReference, parentRequestId },
      proposals,
      movedOnward,
    } = snapshot.state.context
    const waiting = [
      ...proposals.map(({ sequence }) => sequence),
      ...movedOnward.flatMap(({ report, proposed }) => (proposed && !proposed.declined ? [report] : [])),
    ]
    upsertRequest.run(last.subject, serializeSnapshot(snapshot), JSON.stringify(viewOf(snapshot)))
    const openedMs = Date.parse(snapshot.openedAt)
    for (const country of sidesOf(last))
      upsertSide.run(country, last.subject, last.requestingcountry, last.phase, caseReference, parentRequestId, openedMs, number)
    settleProposals.run(last.subject, JSON.stringify(waiting))
  }

  return {
    ...facts,
    ...createListReader(file),
    alerts: createAlertReader(file),
    take(records, onUnreadable, onRefused) {
      const [first] = records
      const last = records.at(-1)
      if (!first || !last) return Promise.resolve([])
      return file.write(() => {
        const position = (readPosition.get(first.partition) as { next: number } | undefined)?.next ?? 0
        const taken: TakenFact[] = []
        const changed = new Map<string, Changed>()
        for (const record of records) {
          if (record.offset < position) continue
          const read = readLedgerRecord(record.value)
          if (!read.ok) onUnreadable(record, read.error)
          else if (isRefusedCommand(read.value)) {
            if (takeRefusal(record, read.value, changed)) onRefused?.(read.value)
          } else {
            const accepted = takeOne(record, read.value, changed)
            if (accepted) taken.push(accepted)
          }
        }
        changed.forEach(saveRequest)
        savePosition.run(first.partition, Math.max(position, last.offset + 1))
        return taken
      })
    },
    find(requestId, country) {
      const row = readView.get(country, requestId) as { view: string } | undefined
      return row && (JSON.parse(row.view) as RequestView)
    },
    causedBy: (requestId, commandId) => facts.causedBy(requestId, commandId) ?? refusals.causedBy(requestId, commandId),
    snapshot: snapshotOf,
    refusals: refusals.of,
    clear() {
      return file.write(() => {
        for (const table of ['requests', 'sides', 'facts', 'fact_sides', 'refusals', 'alerts', 'positions'])
          file.prepare(`DELETE FROM ${table}`).run()
      })
    },
  }
}

/** The countries with a part in it: two, but for a request of a country to itself, until the rules have closed it. */
export const sidesOf = (fact: Pick<Fact, 'requestingcountry' | 'beneficiarycountry'>): Set<string> =>
  new Set([fact.requestingcountry, fact.beneficiarycountry])
