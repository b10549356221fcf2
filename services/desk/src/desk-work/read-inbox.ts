import type { SqliteFile } from '@holdfast/sqlite'
import type { ListCursor } from '../lists/list-query.ts'
import { createRequestWorkReader, type StoredRequestWork } from './read-request-work.ts'

export interface InboxQuery {
  readonly country: string
  /** The pseudonym of the person; empty for requests without an assignee. */
  readonly person: string
  readonly after?: ListCursor
  readonly limit: number
  readonly now: Date
}

/** A stored request view, and the state of the desk's work on it. */
export interface StoredInboxItem {
  readonly view: string
  readonly work: StoredRequestWork
}

export interface InboxFound {
  readonly items: StoredInboxItem[]
  readonly next: ListCursor | undefined
}

export interface InboxReader {
  /** Open requests of a person that are not snoozed, next deadline first. */
  inbox(query: InboxQuery): InboxFound
  /** Snoozed requests, by when the snooze ends. */
  snoozed(query: Omit<InboxQuery, 'person'>): InboxFound
}

/** Rows that do not match are skipped. This limits the skipped rows of a page. */
const rowsMax = 1_000

interface Row extends ListCursor {
  readonly requestId: string
  readonly view: string
}

export function createInboxReader(file: SqliteFile, eventAt: Parameters<typeof createRequestWorkReader>[1]): InboxReader {
  const { requestWork } = createRequestWorkReader(file, eventAt)
  const ofPerson = file.prepare(
    `SELECT next_deadline_ms AS key, number, request_id AS requestId, view FROM country_rows INDEXED BY country_rows_assigned CROSS JOIN requests USING (request_id)
     WHERE country = ? AND assigned_to = ? AND next_deadline_ms IS NOT NULL AND (next_deadline_ms, number) > (?, ?)
     ORDER BY next_deadline_ms, number LIMIT ?`,
  )
  const readSnoozed = file.prepare(
    `SELECT snoozed_until_ms AS key, number, request_id AS requestId, view
     FROM work_requests INDEXED BY work_snoozed CROSS JOIN country_rows USING (country, request_id) CROSS JOIN requests USING (request_id)
     WHERE country = ?1 AND snoozed_until_ms >= ?2 AND (snoozed_until_ms > ?2 OR number > ?3) ORDER BY snoozed_until_ms, number LIMIT ?4`,
  )

  function pageOf(
    rows: Iterable<Row>,
    { country, limit, now }: Omit<InboxQuery, 'person'>,
    isWanted: (work: StoredRequestWork) => boolean,
  ): InboxFound {
    const items: StoredInboxItem[] = []
    let last: ListCursor | undefined
    let count = 0
    for (const { key, number, requestId, view } of rows) {
      if (items.length === limit || count === rowsMax) return { items, next: last }
      count++
      last = { key, number }
      const work = requestWork(country, requestId, now)
      if (isWanted(work)) items.push({ view, work })
    }
    return { items, next: undefined }
  }

  return {
    inbox(query) {
      const { country, person, after } = query
      const rows = ofPerson.iterate(country, person, after?.key ?? 0, after?.number ?? 0, rowsMax + 1) as unknown as Iterable<Row>
      return pageOf(rows, query, ({ snoozed }) => snoozed === undefined)
    },
    snoozed(query) {
      const { country, after, now } = query
      const rows = readSnoozed.iterate(
        country,
        after?.key ?? now.getTime() + 1,
        after?.number ?? -1,
        rowsMax + 1,
      ) as unknown as Iterable<Row>
      return pageOf(rows, query, ({ snoozed }) => snoozed !== undefined)
    },
  }
}
