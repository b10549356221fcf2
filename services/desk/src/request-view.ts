import { fold, parseSnapshot, type RequestSnapshot, serializeSnapshot, viewOf } from '@holdfast/lifecycle'
import { type Fact, type Phase, type RequestView, readFact } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'

/** A fact as the desk keeps it: the line as it stands in the ledger, and where. */
export interface KeptFact {
  /** Grows in the order in which this desk saw the facts; of no meaning to another desk. */
  readonly arrival: number
  readonly partition: number
  readonly offset: number
  readonly requestId: string
  readonly line: string
}

/** A place in the list, newest first: the instant of the opening in milliseconds, and a number where instants are the same. */
export interface ListPlace {
  readonly openedMs: number
  readonly number: number
}

/** What a desk may look at: what its country sent or what is addressed to it, and of the rest not even a count (V16). */
export interface ListQuery {
  readonly country: string
  readonly phase?: Phase
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
  /** Takes records in log order and returns the facts that were accepted. */
  take(records: readonly StreamRecord[], onUnreadable: (record: StreamRecord, reason: string) => void): Promise<Fact[]>
  list(query: ListQuery): { views: RequestView[]; next: ListPlace | undefined }
  /** Undefined when there is no such request or the country has no part in it. */
  find(requestId: string, country: string): RequestView | undefined
  history(requestId: string): Fact[]
  /** The fact that a command made, if it made one. */
  causedBy(requestId: string, commandId: string): Fact | undefined
  /** Facts of a country's requests that arrived after a number, in that order. */
  after(arrival: number, filter: { country: string; requestId?: string }, limit: number): KeptFact[]
  /** The number of the last fact that arrived. */
  lastArrival(): number
  /** The number before the first fact that lies at or beyond these positions. */
  arrivalBefore(positions: ReadonlyMap<number, number>): number
  /** Forgets everything: the ledger is another one than before. */
  clear(): Promise<void>
}

const schema = `
  CREATE TABLE IF NOT EXISTS requests (
    number INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    requesting TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    phase TEXT NOT NULL,
    opened_ms INTEGER NOT NULL,
    snapshot TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS requests_requesting ON requests (requesting, opened_ms, number);
  CREATE INDEX IF NOT EXISTS requests_beneficiary ON requests (beneficiary, opened_ms, number);
  CREATE TABLE IF NOT EXISTS facts (
    arrival INTEGER PRIMARY KEY,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    request_id TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    cause TEXT NOT NULL,
    requesting TEXT NOT NULL,
    beneficiary TEXT NOT NULL,
    line TEXT NOT NULL,
    UNIQUE (partition, "offset"),
    UNIQUE (request_id, sequence)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS positions (partition INTEGER PRIMARY KEY, next INTEGER NOT NULL) STRICT;
`

interface Changed {
  readonly snapshot: RequestSnapshot
  readonly last: Fact
}

const factColumns = 'arrival, partition, "offset", request_id AS requestId, line'

export function createRequestViews(file: SqliteFile): RequestViews {
  file.schema(schema)
  const readSnapshot = file.prepare('SELECT snapshot FROM requests WHERE request_id = ?')
  const insertRequest = file.prepare(
    'INSERT INTO requests (request_id, requesting, beneficiary, phase, opened_ms, snapshot) VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (request_id) DO UPDATE SET phase = excluded.phase, snapshot = excluded.snapshot',
  )
  const insertFact = file.prepare(
    'INSERT INTO facts (partition, "offset", request_id, sequence, cause, requesting, beneficiary, line) VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
  )
  const savePosition = file.prepare('INSERT INTO positions VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET next = excluded.next')
  const readPosition = file.prepare('SELECT next FROM positions WHERE partition = ?')

  const snapshotOf = (requestId: string): RequestSnapshot | undefined => {
    const row = readSnapshot.get(requestId) as { snapshot: string } | undefined
    return row && parseSnapshot(row.snapshot)
  }

  /** `changed` holds the requests that this batch has reached already, so that each is read and written once. */
  function takeOne(record: StreamRecord, fact: Fact, changed: Map<string, Changed>): boolean {
    const { accepted, snapshot } = fold(changed.get(fact.subject)?.snapshot ?? snapshotOf(fact.subject), fact)
    if (!accepted || !snapshot) return false
    changed.set(fact.subject, { snapshot, last: fact })
    insertFact.run(
      record.partition,
      record.offset,
      fact.subject,
      fact.sequence,
      fact.causationid,
      fact.requestingcountry,
      fact.beneficiarycountry,
      record.value,
    )
    return true
  }

  const saveRequest = ({ snapshot, last }: Changed): unknown =>
    insertRequest.run(
      last.subject,
      last.requestingcountry,
      last.beneficiarycountry,
      last.phase,
      Date.parse(snapshot.openedAt),
      serializeSnapshot(snapshot),
    )

  return {
    positions() {
      const rows = file.prepare('SELECT partition, next FROM positions').all() as { partition: number; next: number }[]
      return new Map(rows.map(row => [row.partition, row.next]))
    },
    take(records, onUnreadable) {
      const [first] = records
      const last = records.at(-1)
      if (!first || !last) return Promise.resolve([])
      return file.write(() => {
        const position = (readPosition.get(first.partition) as { next: number } | undefined)?.next ?? 0
        const taken: Fact[] = []
        const changed = new Map<string, Changed>()
        for (const record of records) {
          if (record.offset < position) continue
          const read = readFact(record.value)
          if (!read.ok) onUnreadable(record, read.error)
          else if (takeOne(record, read.value, changed)) taken.push(read.value)
        }
        changed.forEach(saveRequest)
        savePosition.run(first.partition, Math.max(position, last.offset + 1))
        return taken
      })
    },
    list({ country, phase, after, limit }) {
      // Each side has its index; a request between two countries is in both, never twice with one country.
      const rows = file
        .prepare(
          `SELECT number, opened_ms AS openedMs, snapshot FROM requests
           WHERE (requesting = ?1 OR beneficiary = ?1) AND (opened_ms, number) < (?2, ?3) AND (?4 IS NULL OR phase = ?4)
           ORDER BY opened_ms DESC, number DESC LIMIT ?5`,
        )
        .all(country, after?.openedMs ?? Number.MAX_SAFE_INTEGER, after?.number ?? 0, phase ?? null, limit + 1) as unknown as (ListPlace & {
        snapshot: string
      })[]
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      return {
        views: page.map(row => viewOf(parseSnapshot(row.snapshot))),
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
      return row && (JSON.parse(row.line) as Fact)
    },
    after(arrival, { country, requestId }, limit) {
      return file
        .prepare(
          `SELECT ${factColumns} FROM facts WHERE arrival > ?1 AND (requesting = ?2 OR beneficiary = ?2) AND (?3 IS NULL OR request_id = ?3) ORDER BY arrival LIMIT ?4`,
        )
        .all(arrival, country, requestId ?? null, limit) as unknown as KeptFact[]
    },
    lastArrival() {
      return (file.prepare('SELECT max(arrival) AS last FROM facts').get() as { last: number | null }).last ?? 0
    },
    arrivalBefore(positions) {
      const firstAt = file.prepare('SELECT min(arrival) AS first FROM facts WHERE partition = ? AND "offset" >= ?')
      const partitions = (file.prepare('SELECT partition FROM positions').all() as { partition: number }[]).map(row => row.partition)
      const firsts = partitions.map(partition => (firstAt.get(partition, positions.get(partition) ?? 0) as { first: number | null }).first)
      const known = firsts.filter(first => first !== null)
      return known.length > 0 ? Math.min(...known) - 1 : this.lastArrival()
    },
    clear() {
      return file.write(() => {
        for (const table of ['requests', 'facts', 'positions']) file.prepare(`DELETE FROM ${table}`).run()
      })
    },
  }
}
