import { assigneePseudonymName, type Encryptable, isWork, personOf, pseudonymOf, type WorkBody, type WorkEvent } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { DeskPersons } from './desk-persons.ts'

/**
 * Writes the changes of an event of the chain: to be called within a write, in chain order. An event that does not
 * apply, such as a note struck twice, changes nothing.
 */
export function createEventApplier(file: SqliteFile, persons: DeskPersons): (event: WorkEvent) => void {
  const link = file.prepare('INSERT OR IGNORE INTO work_of_requests (country, request_id, sequence) VALUES (?, ?, ?)')
  const assign = file.prepare(
    `INSERT INTO work_requests (country, request_id, assigned_to, assigned_by) VALUES (?, ?, ?, ?)
     ON CONFLICT (country, request_id) DO UPDATE SET assigned_to = excluded.assigned_to, assigned_by = excluded.assigned_by`,
  )
  const assignSide = file.prepare('UPDATE country_rows SET assigned_to = ?3 WHERE country = ?1 AND request_id = ?2')
  const assigneeOf = file.prepare('SELECT assigned_to AS person FROM work_requests WHERE country = ? AND request_id = ?')
  const snooze = file.prepare(
    `INSERT INTO work_requests (country, request_id, snoozed_until_ms, snoozed_by, snoozed_after, snoozed_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (country, request_id) DO UPDATE SET snoozed_until_ms = excluded.snoozed_until_ms, snoozed_by = excluded.snoozed_by,
       snoozed_after = excluded.snoozed_after, snoozed_at = excluded.snoozed_at`,
  )
  const addNote = file.prepare('INSERT OR IGNORE INTO work_notes (country, request_id, sequence) VALUES (?, ?, ?)')
  const strike = file.prepare(
    'UPDATE work_notes SET struck_by = ? WHERE country = ? AND request_id = ? AND sequence = ? AND struck_by IS NULL',
  )
  const acknowledge = file.prepare('INSERT OR IGNORE INTO work_acknowledged VALUES (?, ?, ?, ?, ?, ?)')

  function give({ country, sequence }: WorkEvent, requestId: string, person: string): void {
    assign.run(country, requestId, person, sequence)
    assignSide.run(country, requestId, person)
  }

  /** The person who receives a request, as the file identifies persons; empty for none. */
  function assigneeIn(country: string, { to, encrypted }: Partial<WorkBody<'RequestAssigned'>> & Encryptable): string {
    const pseudonym = encrypted?.blindIndexes?.[assigneePseudonymName]
    if (pseudonym !== undefined) return pseudonymOf(pseudonym)
    return to ? persons.keyOf(country, to) : ''
  }

  return event => {
    const { country, subject: requestId, sequence, time, actor } = event
    if (isWork(event, 'ShiftHandedOver')) {
      const person = persons.keyOf(country, personOf(actor))
      const to = assigneeIn(country, event.data)
      for (const each of new Set(event.data.requests)) {
        const known = assigneeOf.get(country, each) as { person: string } | undefined
        if (known?.person !== person) continue
        give(event, each, to)
        link.run(country, each, sequence)
      }
      return
    }
    if (requestId === undefined) return
    link.run(country, requestId, sequence)
    if (isWork(event, 'RequestAssigned')) give(event, requestId, assigneeIn(country, event.data))
    if (isWork(event, 'NoteTaken')) addNote.run(country, requestId, sequence)
    if (isWork(event, 'NoteStruck')) strike.run(sequence, country, requestId, event.data.note)
    if (isWork(event, 'AlertAcknowledged'))
      acknowledge.run(country, requestId, event.data.fact, event.data.sequence, event.data.time, sequence)
    if (isWork(event, 'RequestSnoozed')) {
      const { until } = event.data
      if (until === null) snooze.run(country, requestId, null, null, null, null)
      else snooze.run(country, requestId, Date.parse(until), sequence, event.aftersequence ?? 0, time)
    }
  }
}
