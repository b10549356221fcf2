import {
  alertOf,
  alertOfRefusal,
  fold,
  foldRefusal,
  parseSnapshot,
  type RequestSnapshot,
  serializeSnapshot,
  viewOf,
} from '@holdfast/lifecycle'
import {
  type Fact,
  isFact,
  isRefusedCommand,
  type LedgerRecord,
  type Phase,
  type RefusedCommand,
  type RequestView,
  readLedgerRecord,
} from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'
import { createKeptRefusals } from './kept-refusals.ts'
import { viewTables } from './view-tables.ts'

/** A fact as the desk keeps it: the line as it stands in the ledger, and where. */
export interface KeptFact {
  /** Grows in the order in which this desk saw the facts; of no meaning to another desk. */
  readonly arrival: number
  readonly partition: number
  readonly offset: number
  readonly requestId: string
  readonly line: string
}

/** A fact that is an alert, or a late answer that was refused, and of which case. */
export interface KeptAlert extends KeptFact {
  readonly caseReference: string
}

/** A place in the list, newest first: the instant of the opening in milliseconds, and a number where instants are the same. */
export interface ListPlace {
  readonly openedMs: number
  readonly number: number
}

/** A case is what one country calls by one reference. */
export interface CaseName {
  readonly requestingCountry: string
  readonly caseReference: string
}

/** What a desk may look at: what its country sent or what is addressed to it, and of the rest not even a count (V16). */
export interface ListQuery extends Partial<CaseName> {
  readonly country: string
  readonly phase?: Phase
  /** Only what says that it follows the money of this request. */
  readonly parent?: string
  /** Only what comes after this place in the list. */
  readonly after?: ListPlace
  readonly limit: number
}

/**
 * The desk's own reading of the ledger, in a file of its own: it can be deleted at any time and is folded again. Facts that are not the next of their request
 * are dropped, as everywhere.
 */
export interface RequestViews {
  /** Per partition the next offset to read. */
  positions(): Map<number, number>
  /** Takes records in log order and returns the facts that were accepted; refused commands that were are told. */
  take(
    records: readonly StreamRecord[],
    onUnreadable: (record: StreamRecord, reason: string) => void,
    onRefused?: (refused: RefusedCommand) => void,
  ): Promise<Fact[]>
  list(query: ListQuery): { snapshots: RequestSnapshot[]; next: ListPlace | undefined }
  /** Undefined when there is no such request or the country has no part in it. */
  find(requestId: string, country: string): RequestView | undefined
  history(requestId: string): Fact[]
  /** What a command made, a fact or its refusal; undefined where it is on no record. */
  causedBy(requestId: string, commandId: string): LedgerRecord | undefined
  /** The state of a request as the ledger decides on it, as far as this desk has read. */
  snapshot(requestId: string): RequestSnapshot | undefined
  /** Commands that were refused, oldest first. */
  refusals(requestId: string): RefusedCommand[]
  /** Facts of a country's requests that arrived after a number, in that order. */
  after(arrival: number, filter: { country: string; requestId?: string }, limit: number): KeptFact[]
  /** Facts that somebody of a country has to look at, in the order of their arrival: after a number, or the last ones. */
  alerts(country: string, place: { after: number } | 'last', limit: number): KeptAlert[]
  /** The number of the last fact that arrived. */
  lastArrival(): number
  /** The number before the first fact that lies at or beyond these positions. */
  arrivalBefore(positions: ReadonlyMap<number, number>): number
  /** Forgets everything: the ledger is another one than before. */
  clear(): Promise<void>
}

interface Changed {
  readonly snapshot: RequestSnapshot
  readonly last: Pick<LedgerRecord, 'subject' | 'phase' | 'requestingcountry' | 'beneficiarycountry'>
}

const factColumns = 'arrival, partition, "offset", entries.request_id AS requestId, line'

export function createRequestViews(file: SqliteFile): RequestViews {
  file.schema(viewTables)
  const refusals = createKeptRefusals(file)
  const readSnapshot = file.prepare('SELECT snapshot FROM requests WHERE request_id = ?')
  const upsertRequest = file.prepare(
    `INSERT INTO requests (request_id, requesting, beneficiary, phase, opened_ms, case_reference, parent, snapshot) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (request_id) DO UPDATE
     SET phase = excluded.phase, case_reference = excluded.case_reference, parent = excluded.parent, snapshot = excluded.snapshot`,
  )
  const insertFact = file.prepare(
    'INSERT INTO facts (arrival, partition, "offset", request_id, sequence, cause, requesting, beneficiary, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const insertAlert = file.prepare('INSERT INTO alerts (country, arrival, request_id, proposal) VALUES (?, ?, ?, ?)')
  const settleProposals = file.prepare(
    'DELETE FROM alerts WHERE request_id = ?1 AND proposal IS NOT NULL AND proposal NOT IN (SELECT value FROM json_each(?2))',
  )
  const savePosition = file.prepare('INSERT INTO positions VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET next = excluded.next')
  const readPosition = file.prepare('SELECT next FROM positions WHERE partition = ?')

  const snapshotOf = (requestId: string): RequestSnapshot | undefined => {
    const row = readSnapshot.get(requestId) as { snapshot: string } | undefined
    return row && parseSnapshot(row.snapshot)
  }

  const readLast = file.prepare(
    'SELECT max(coalesce((SELECT max(arrival) FROM facts), 0), coalesce((SELECT max(arrival) FROM refusals), 0)) AS last',
  )
  const lastArrival = () => (readLast.get() as { last: number }).last

  /** `changed` holds the requests that this batch has reached already, so that each is read and written once. */
  function takeOne(record: StreamRecord, fact: Fact, changed: Map<string, Changed>): boolean {
    const { accepted, snapshot } = fold(changed.get(fact.subject)?.snapshot ?? snapshotOf(fact.subject), fact)
    if (!accepted || !snapshot) return false
    changed.set(fact.subject, { snapshot, last: fact })
    const arrival = lastArrival() + 1
    insertFact.run(
      arrival,
      record.partition,
      record.offset,
      fact.subject,
      fact.sequence,
      fact.causationid,
      fact.requestingcountry,
      fact.beneficiarycountry,
      record.value,
    )
    const proposal = isFact(fact, 'ActionProposed') ? fact.sequence : null
    for (const country of alertedBy(fact)) insertAlert.run(country, arrival, fact.subject, proposal)
    return true
  }

  function takeRefusal(record: StreamRecord, refused: RefusedCommand, changed: Map<string, Changed>): boolean {
    const { accepted, snapshot } = foldRefusal(changed.get(refused.subject)?.snapshot ?? snapshotOf(refused.subject), refused)
    if (!accepted || !snapshot) return false
    changed.set(refused.subject, { snapshot, last: refused })
    const arrival = lastArrival() + 1
    refusals.keep(arrival, record, refused)
    for (const country of alertedBy(refused)) insertAlert.run(country, arrival, refused.subject, null)
    return true
  }

  function saveRequest({ snapshot, last }: Changed): void {
    const {
      document: { caseReference, parentRequestId },
      proposals,
    } = snapshot.state.context
    upsertRequest.run(
      last.subject,
      last.requestingcountry,
      last.beneficiarycountry,
      last.phase,
      Date.parse(snapshot.openedAt),
      caseReference,
      parentRequestId,
      serializeSnapshot(snapshot),
    )
    settleProposals.run(last.subject, JSON.stringify(proposals.map(({ sequence }) => sequence)))
  }

  return {
    positions() {
      const rows = file.prepare('SELECT partition, next FROM positions').all() as { partition: number; next: number }[]
      return new Map(rows.map(row => [row.partition, row.next]))
    },
    take(records, onUnreadable, onRefused) {
      const [first] = records
      const last = records.at(-1)
      if (!first || !last) return Promise.resolve([])
      return file.write(() => {
        const position = (readPosition.get(first.partition) as { next: number } | undefined)?.next ?? 0
        const taken: Fact[] = []
        const changed = new Map<string, Changed>()
        for (const record of records) {
          if (record.offset < position) continue
          const read = readLedgerRecord(record.value)
          if (!read.ok) onUnreadable(record, read.error)
          else if (isRefusedCommand(read.value)) {
            if (takeRefusal(record, read.value, changed)) onRefused?.(read.value)
          } else if (takeOne(record, read.value, changed)) taken.push(read.value)
        }
        changed.forEach(saveRequest)
        savePosition.run(first.partition, Math.max(position, last.offset + 1))
        return taken
      })
    },
    list({ limit, ...query }) {
      const { where, values } = conditionOf(query)
      const rows = file
        .prepare(`SELECT number, opened_ms AS openedMs, snapshot FROM requests WHERE ${where} ORDER BY opened_ms DESC, number DESC LIMIT ?`)
        .all(...values, limit + 1) as unknown as (ListPlace & { snapshot: string })[]
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        snapshots: page.map(row => parseSnapshot(row.snapshot)),
        next: rows.length > limit && last ? { openedMs: last.openedMs, number: last.number } : undefined,
      }
    },
    find(requestId, country) {
      const snapshot = snapshotOf(requestId)
      if (!snapshot) return undefined
      const view = viewOf(snapshot)
      return view.requestingCountry === country || view.beneficiaryCountry === country ? view : undefined
    },
    history(requestId) {
      const rows = file.prepare('SELECT line FROM facts WHERE request_id = ? ORDER BY sequence').all(requestId) as { line: string }[]
      return rows.map(row => JSON.parse(row.line) as Fact)
    },
    causedBy(requestId, commandId) {
      const row = file.prepare('SELECT line FROM facts WHERE request_id = ? AND cause = ?').get(requestId, commandId) as
        | { line: string }
        | undefined
      return row ? (JSON.parse(row.line) as Fact) : refusals.causedBy(requestId, commandId)
    },
    snapshot: snapshotOf,
    refusals: refusals.of,
    after(arrival, { country, requestId }, limit) {
      return file
        .prepare(
          `SELECT ${factColumns} FROM facts AS entries WHERE arrival > ?1 AND (requesting = ?2 OR beneficiary = ?2) AND (?3 IS NULL OR request_id = ?3) ORDER BY arrival LIMIT ?4`,
        )
        .all(arrival, country, requestId ?? null, limit) as unknown as KeptFact[]
    },
    alerts(country, place, limit) {
      const isLast = place === 'last'
      const rows = file
        .prepare(
          `SELECT ${factColumns}, case_reference AS caseReference FROM alerts
           JOIN (SELECT arrival, partition, "offset", request_id, line FROM facts UNION ALL SELECT arrival, partition, "offset", request_id, line FROM refusals) AS entries USING (arrival)
           JOIN requests ON requests.request_id = entries.request_id
           WHERE country = ?1 AND arrival > ?2 ORDER BY arrival ${isLast ? 'DESC' : 'ASC'} LIMIT ?3`,
        )
        .all(country, isLast ? 0 : place.after, limit) as unknown as KeptAlert[]
      return isLast ? rows.reverse() : rows
    },
    lastArrival,
    arrivalBefore(positions) {
      // Within a partition facts arrive in the order of their offsets.
      const firstAt = file.prepare(
        `SELECT min(arrival) AS arrival FROM (
           SELECT * FROM (SELECT arrival FROM facts WHERE partition = ?1 AND "offset" >= ?2 ORDER BY "offset" LIMIT 1)
           UNION ALL
           SELECT * FROM (SELECT arrival FROM refusals WHERE partition = ?1 AND "offset" >= ?2 ORDER BY "offset" LIMIT 1))`,
      )
      const partitions = (file.prepare('SELECT partition FROM positions').all() as { partition: number }[]).map(row => row.partition)
      const known = partitions.flatMap(partition => {
        const first = firstAt.get(partition, positions.get(partition) ?? 0) as { arrival: number | null }
        return first.arrival === null ? [] : [first.arrival]
      })
      return known.length > 0 ? Math.min(...known) - 1 : lastArrival()
    },
    clear() {
      return file.write(() => {
        for (const table of ['requests', 'facts', 'refusals', 'alerts', 'positions']) file.prepare(`DELETE FROM ${table}`).run()
      })
    },
  }
}

/** The countries that have to look at a fact, or at an answer that came too late. A request may name one country twice, until the rules have closed it. */
function alertedBy(fact: LedgerRecord): Set<string> {
  const { requester, beneficiary } = isRefusedCommand(fact) ? alertOfRefusal(fact) : alertOf(fact)
  return new Set([...(requester ? [fact.requestingcountry] : []), ...(beneficiary ? [fact.beneficiarycountry] : [])])
}

/** As SQL. Each condition that is not asked for is left out, so that the index of those that are can be used. */
function conditionOf({ country, phase, requestingCountry, caseReference, parent, after }: Omit<ListQuery, 'limit'>) {
  const asked: ReadonlyArray<readonly [sql: string, ...values: (string | number | undefined)[]]> = [
    // Each side has its index; a request between two countries is in both, never twice with one country.
    ['(requesting = ? OR beneficiary = ?)', country, country],
    ['phase = ?', phase],
    ['requesting = ?', requestingCountry],
    ['case_reference = ?', caseReference],
    ['parent = ?', parent],
    ['(opened_ms, number) < (?, ?)', after?.openedMs, after?.number],
  ]
  const conditions = asked.flatMap(([sql, ...values]) =>
    values.includes(undefined) ? [] : [{ sql, values: values as (string | number)[] }],
  )
  return { where: conditions.map(({ sql }) => sql).join(' AND '), values: conditions.flatMap(({ values }) => values) }
}
