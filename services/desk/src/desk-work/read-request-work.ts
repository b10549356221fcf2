import type { WorkEvent, WorkEventOf } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** The event that assigned a request, and the event that snoozes it now. */
export interface StoredRequestWork {
  readonly assigned?: WorkEventOf<'RequestAssigned'> | WorkEventOf<'ShiftHandedOver'>
  readonly snoozed?: WorkEventOf<'RequestSnoozed'>
}

export interface StoredNote {
  readonly note: WorkEventOf<'NoteTaken'>
  readonly strike?: WorkEventOf<'NoteStruck'>
}

/** Returns events as they are stored. */
export interface RequestWorkReader {
  requestWork(country: string, requestId: string, now: Date): StoredRequestWork
  /** The pseudonym of the assignee; empty if there is none. */
  assignee(country: string, requestId: string): string
  isStruck(country: string, requestId: string, note: number): boolean
  /** The newest hundred notes, newest first. */
  notes(country: string, requestId: string): StoredNote[]
  /** The events of a request, newest first. */
  eventsOf(country: string, requestId: string, page: { before?: number; limit: number }): { events: WorkEvent[]; before?: number }
}

const notesMax = 100

interface WorkRow {
  readonly assignedTo: string
  readonly assignedBy: number | null
  readonly untilMs: number | null
  readonly snoozedBy: number
  readonly after: number
  readonly at: string
}

export function createRequestWorkReader(
  file: SqliteFile,
  eventAt: (country: string, sequence: number) => WorkEvent | undefined,
): RequestWorkReader {
  const readRow = file.prepare(
    `SELECT assigned_to AS assignedTo, assigned_by AS assignedBy, snoozed_until_ms AS untilMs, snoozed_by AS snoozedBy, snoozed_after AS after, snoozed_at AS at
     FROM work_requests WHERE country = ? AND request_id = ?`,
  )
  // An alert that came after the snooze ends it. A fact is compared by its sequence; a late answer is no fact, and is
  // compared by its time.
  const wokenByFact = file.prepare(
    `SELECT 1 FROM facts CROSS JOIN alerts ON alerts.country = ?1 AND alerts.partition = facts.partition AND alerts."offset" = facts."offset"
     WHERE facts.request_id = ?2 AND facts.sequence > ?3 LIMIT 1`,
  )
  const wokenByRefusal = file.prepare(
    `SELECT 1 FROM refusals CROSS JOIN alerts ON alerts.country = ?1 AND alerts.partition = refusals.partition AND alerts."offset" = refusals."offset"
     WHERE refusals.request_id = ?2 AND alerts.alert ->> '$.time' > ?3 LIMIT 1`,
  )
  const readNotes = file.prepare(
    'SELECT sequence, struck_by AS struckBy FROM work_notes WHERE country = ? AND request_id = ? ORDER BY sequence DESC LIMIT ?',
  )
  const readStruck = file.prepare(
    'SELECT 1 FROM work_notes WHERE country = ? AND request_id = ? AND sequence = ? AND struck_by IS NOT NULL',
  )
  const readEvents = file.prepare(
    'SELECT sequence FROM work_of_requests WHERE country = ? AND request_id = ? AND sequence < ? ORDER BY sequence DESC LIMIT ?',
  )

  function snoozedBy(
    country: string,
    requestId: string,
    { untilMs, snoozedBy: number, after, at }: WorkRow,
    now: Date,
  ): StoredRequestWork['snoozed'] {
    if (untilMs === null || untilMs <= now.getTime()) return undefined
    if (wokenByFact.get(country, requestId, after) || wokenByRefusal.get(country, requestId, at)) return undefined
    return eventAt(country, number) as WorkEventOf<'RequestSnoozed'> | undefined
  }

  return {
    requestWork(country, requestId, now) {
      const row = readRow.get(country, requestId) as WorkRow | undefined
      if (!row) return {}
      const snoozed = snoozedBy(country, requestId, row, now)
      const assigned = row.assignedTo && row.assignedBy !== null ? eventAt(country, row.assignedBy) : undefined
      return {
        ...(assigned ? { assigned: assigned as StoredRequestWork['assigned'] } : {}),
        ...(snoozed ? { snoozed } : {}),
      } as StoredRequestWork
    },
    assignee: (country, requestId) => (readRow.get(country, requestId) as WorkRow | undefined)?.assignedTo ?? '',
    isStruck: (country, requestId, note) => readStruck.get(country, requestId, note) !== undefined,
    notes(country, requestId) {
      const rows = readNotes.all(country, requestId, notesMax) as { sequence: number; struckBy: number | null }[]
      return rows.flatMap(({ sequence, struckBy }) => {
        const note = eventAt(country, sequence) as WorkEventOf<'NoteTaken'> | undefined
        const strike = struckBy === null ? undefined : (eventAt(country, struckBy) as WorkEventOf<'NoteStruck'> | undefined)
        return note ? { note, ...(strike ? { strike } : {}) } : []
      })
    },
    eventsOf(country, requestId, { before = Number.MAX_SAFE_INTEGER, limit }) {
      const rows = readEvents.all(country, requestId, before, limit + 1) as { sequence: number }[]
      const page = rows.slice(0, limit)
      const last = page.at(-1)
      const events = page.flatMap(({ sequence }) => eventAt(country, sequence) ?? [])
      return { events, ...(rows.length > limit && last ? { before: last.sequence } : {}) }
    },
  }
}
