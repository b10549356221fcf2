import { isWork, parseActor, type WorkEvent } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** Writes what an event of the chain changes: to be called within a write, in the order of the chain. What does not fit what is there, such as a note that is struck twice, changes nothing. */
export function createEventApplier(file: SqliteFile): (event: WorkEvent) => void {
  const link = file.prepare('INSERT OR IGNORE INTO work_of_requests (country, request_id, sequence) VALUES (?, ?, ?)')
  const assign = file.prepare(
    `INSERT INTO work_requests (country, request_id, assigned_to) VALUES (?1, ?2, ?3)
     ON CONFLICT (country, request_id) DO UPDATE SET assigned_to = excluded.assigned_to`,
  )
  const assignSide = file.prepare('UPDATE sides SET assigned_to = ?3 WHERE country = ?1 AND request_id = ?2')
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
  const acknowledge = file.prepare('INSERT OR IGNORE INTO work_acknowledged VALUES (?, ?, ?, ?, ?, ?, ?)')
  const seePerson = file.prepare(
    `INSERT INTO work_persons VALUES (?, ?, ?)
     ON CONFLICT (country, person) DO UPDATE SET last_seen_ms = max(last_seen_ms, excluded.last_seen_ms)`,
  )

  function give(country: string, requestId: string, person: string): void {
    assign.run(country, requestId, person)
    assignSide.run(country, requestId, person)
  }

  return event => {
    const { country, subject: requestId, sequence, time, actor } = event
    const by = parseActor(actor)
    const person = by.ok ? by.value.person.toLowerCase() : ''
    if (person !== '') seePerson.run(country, person, Date.parse(time))
    if (isWork(event, 'ShiftHandedOver')) {
      const { to, requests } = event.data
      for (const each of new Set(requests)) {
        const known = assigneeOf.get(country, each) as { person: string } | undefined
        if (known?.person !== person) continue
        give(country, each, to)
        link.run(country, each, sequence)
      }
      return
    }
    if (requestId === undefined) return
    link.run(country, requestId, sequence)
    if (isWork(event, 'RequestAssigned')) give(country, requestId, event.data.to ?? '')
    if (isWork(event, 'NoteTaken')) addNote.run(country, requestId, sequence)
    if (isWork(event, 'NoteStruck')) strike.run(sequence, country, requestId, event.data.note)
    if (isWork(event, 'AlertAcknowledged'))
      acknowledge.run(country, requestId, event.data.fact, event.data.sequence, event.data.time, actor, time)
    if (isWork(event, 'RequestSnoozed')) {
      const { until } = event.data
      if (until === null) snooze.run(country, requestId, null, null, null, null)
      else snooze.run(country, requestId, Date.parse(until), sequence, event.aftersequence ?? 0, time)
    }
  }
}
