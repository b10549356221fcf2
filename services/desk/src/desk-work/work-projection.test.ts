import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chainStart, type WorkBody, type WorkDraft, type WorkEvent, type WorkKind, workTopic, workType } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { chainWork } from '@holdfast/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { testWords } from '../../test/encryption.ts'
import { createHistory, passed } from '../../test/histories.ts'
import { ledgerRecords } from '../../test/ledger-records.ts'
import { paymentStopsOnly } from '../../test/one-workflow.ts'
import { testSecret } from '../../test/secret.ts'
import { createRequestProjection, type RequestProjection } from '../projection/request-projection.ts'
import { createDeskPersons } from './desk-persons.ts'
import { createWorkProjection, type WorkProjection } from './work-projection.ts'

let dir: string
let file: SqliteFile
let views: RequestProjection
let work: WorkProjection
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'holdfast-work-views-'))
  openViews()
})
afterEach(async () => {
  await file.close()
  rmSync(dir, { recursive: true })
})
function openViews(): void {
  file = openSqlite(join(dir, 'desk.sqlite'), { durable: false })
  views = createRequestProjection(paymentStopsOnly, file, testSecret, testWords)
  work = createWorkProjection(file, createDeskPersons(testSecret, testWords))
}

const history = passed(createHistory(buildRequestNumber(1)))
const { requestId } = history
const now = new Date('2024-07-23T03:00:00.000Z')
let end: { sequence: number; hash: string }
beforeEach(() => {
  end = { sequence: 0, hash: chainStart }
})

/** The next event of the chain of SG, as its topic has it. */
function did<K extends WorkKind>(kind: K, person: string, data: WorkBody<K>): StreamRecord {
  const draft = {
    specversion: '1.0',
    id: `${kind}/${end.sequence}`,
    source: '/holdfast/desk',
    type: workType(kind),
    ...(kind === 'ShiftHandedOver' ? {} : { subject: requestId }),
    time: now.toISOString(),
    actor: `SG/officer/${person}`,
    country: 'SG',
    data,
  } as WorkDraft
  const event: WorkEvent = chainWork(draft, end)
  end = event
  return {
    topic: workTopic('SG').name,
    partition: 0,
    offset: event.sequence - 1,
    key: 'SG',
    value: JSON.stringify(event),
    headers: {},
    timestampMs: 0,
  }
}
const readLedger = () => views.take(ledgerRecords(history.entries), { onUnreadable: () => undefined })
const inboxOf = (person: string) =>
  work
    .inbox({ country: 'SG', person: person && work.keyOf('SG', person), limit: 9, now })
    .items.map(({ view }) => JSON.parse(view).requestId)

test('work on a request that the desk has not read yet appears once the desk has read it', async () => {
  await work.take('SG', [did('RequestAssigned', 'a.tan', { to: 'b.lim' })])
  expect(inboxOf('b.lim')).toEqual([])
  await readLedger()
  expect(inboxOf('b.lim')).toEqual([requestId])
  expect(inboxOf('')).toEqual([])
  await views.clear()
  await readLedger()
  expect(inboxOf('b.lim')).toEqual([requestId])
})

test('a handover moves only the requests still assigned to the officer who hands over', async () => {
  await readLedger()
  const handed = { to: 'night', requests: [requestId], summary: 'All quiet' }
  await work.take('SG', [did('RequestAssigned', 'a.tan', { to: 'b.lim' }), did('ShiftHandedOver', 'day', handed)])
  expect([inboxOf('b.lim'), inboxOf('night')]).toEqual([[requestId], []])
  await work.take('SG', [did('ShiftHandedOver', 'b.lim', handed)])
  expect([inboxOf('b.lim'), inboxOf('night')]).toEqual([[], [requestId]])
  expect(work.eventsOf('SG', requestId, { limit: 9 }).events.map(({ actor }) => actor)).toEqual(['SG/officer/b.lim', 'SG/officer/a.tan'])
})

test('a note is struck once; striking it again, or striking another event, changes nothing', async () => {
  await work.take('SG', [
    did('NoteTaken', 'a.tan', { text: 'A note' }),
    did('NoteStruck', 'b.lim', { note: 1, reason: 'Wrong' }),
    did('NoteStruck', 'a.tan', { note: 1, reason: 'Wrong again' }),
    did('NoteStruck', 'a.tan', { note: 2, reason: 'No note' }),
  ])
  expect(work.notes('SG', requestId)).toMatchObject([
    { note: { data: { text: 'A note' } }, strike: { actor: 'SG/officer/b.lim', data: { reason: 'Wrong' } } },
  ])
})

test('a repeated record is ignored, and a reopened file continues at its position', async () => {
  const first = did('NoteTaken', 'a.tan', { text: 'One' })
  expect(await work.take('SG', [first])).toHaveLength(1)
  expect(await work.take('SG', [first])).toHaveLength(0)
  await file.close()
  openViews()
  expect(await work.take('SG', [first, did('NoteTaken', 'a.tan', { text: 'Two' })])).toHaveLength(1)
  expect(work.readSoFar('SG')).toMatchObject({ next: 2, sequence: 2, hash: end.hash })
})

test('tables of another version are rebuilt, and the rest of the projection stays', async () => {
  await readLedger()
  await work.take('SG', [did('RequestAssigned', 'a.tan', { to: 'b.lim' })])
  await file.write(() => file.prepare('UPDATE work_version SET version = version + 1').run())
  await file.close()
  openViews()
  expect([work.countries(), inboxOf('b.lim'), inboxOf('')]).toEqual([[], [], [requestId]])
  end = { sequence: 0, hash: chainStart }
  await work.take('SG', [did('RequestAssigned', 'a.tan', { to: 'b.lim' })])
  expect(inboxOf('b.lim')).toEqual([requestId])
})

test('deleted work of a country is read again from its beginning', async () => {
  await readLedger()
  const assigned = did('RequestAssigned', 'a.tan', { to: 'b.lim' })
  await work.take('SG', [assigned])
  await work.forget('SG')
  expect([inboxOf('b.lim'), inboxOf('')]).toEqual([[], [requestId]])
  await work.take('SG', [assigned])
  expect(inboxOf('b.lim')).toEqual([requestId])
})
