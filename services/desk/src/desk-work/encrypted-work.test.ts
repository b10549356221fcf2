import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createKeyRing, type KeyRing, readMasterKeys } from '@holdfast/encryption'
import { masterKeysFileName } from '@holdfast/encryption/master-keys'
import {
  chainStart,
  type InboxPage,
  isRedacted,
  type PersonList,
  type WorkDone,
  type WorkDraft,
  type WorkEvent,
  type WorkPage,
  workTopic,
  workType,
} from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { chainWork, createWorkVerifier } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk } from '../../test/desks.ts'
import { createHistory, type History, passed } from '../../test/histories.ts'
import { personAt } from '../../test/work-desk.ts'

/** Texts with tokens that occur nowhere else. */
const texts = {
  note: 'The quincetree account is the heron’s',
  struck: 'The marmaladefox was another one',
  snoozed: 'Gabbroquarry Bank is closed',
  revealed: 'To ring the peridotlady',
  summary: 'Of the xanthicgoose and the malachiteowl',
}

let desks: Desks
let desk: StartedDesk
let tan: ReturnType<typeof personAt>
let lim: ReturnType<typeof personAt>
let ring: KeyRing
let count = 700
beforeAll(async () => {
  desks = await openDesks(1)
  await writeInPlaintext()
  desk = await desks.start('encrypted')
  tan = personAt(desk, 'SG', 'a.tan')
  lim = personAt(desk, 'SG', 'b.lim')
  const { store } = await desks.keyStore()
  const masterKeys = readMasterKeys(join(desk.viewDir, masterKeysFileName))
  ring = createKeyRing({ store, masterKeys, clock: () => new Date() })
})
afterAll(async () => {
  ring?.close()
  await desks.close()
})

/** A note as it was written before personal data was encrypted. It stays as it is. */
async function writeInPlaintext(): Promise<void> {
  const draft = {
    specversion: '1.0',
    id: 'before',
    source: '/holdfast/desk',
    type: workType('NoteTaken'),
    subject: '0190a3e5-7c1a-5b6c-8d9e-0f1a2b3c4d5e',
    time: '2024-07-23T03:00:00.000Z',
    actor: 'SG/officer/c.ng',
    country: 'SG',
    data: { text: 'Written in plaintext' },
  } as WorkDraft
  const event = chainWork(draft, { sequence: 0, hash: chainStart })
  await desks.streams.ensureTopics([workTopic('SG')])
  await desks.streams.publish(workTopic('SG').name, [{ key: 'SG', value: JSON.stringify(event) }])
}

async function openRequest(): Promise<History> {
  const history = passed(createHistory(buildRequestNumber(++count, { caseReference: `S-${count}` })))
  await desks.write(...history.entries)
  await desks.sees(desk, history)
  return history
}
const workOf = async ({ requestId }: Pick<History, 'requestId'>) => (await tan.get<WorkPage>(`/v1/work?requestId=${requestId}`)).body
const linesAt = async (who = tan) => ((await who.get('/v1/work-log')).body as unknown as string).split('\n').filter(Boolean)
/** The actor of an event whose name was erased. */
const pseudonymousOfficer = expect.stringMatching(/^SG\/officer\/~[0-9a-f]{32}$/)
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()

/** For a request with a note. Waits until the desk no longer uses the cached key, which it does for a second. */
async function destroyKeys({ requestId }: Pick<History, 'requestId'>): Promise<void> {
  await ring.intend(requestId, 'ERASURE_ORDERED')
  await ring.destroy(requestId)
  await ring.confirm(requestId)
  await expect.poll(async () => (await workOf({ requestId })).notes.every(note => note.isRedacted), { timeout: 10_000 }).toBe(true)
}

async function recordAllTexts({ requestId }: History): Promise<number> {
  const { body } = await tan.does('NoteTaken', requestId, { text: texts.note })
  await lim.does('NoteStruck', requestId, { note: body.event.sequence, reason: texts.struck })
  await tan.does('RequestSnoozed', requestId, { until: inAnHour(), reason: texts.snoozed })
  await tan.post(`/v1/requests/${requestId}/reveal`, { path: '/victim/name', purpose: texts.revealed })
  await tan.does('RequestAssigned', requestId, { to: 'a.tan' })
  await tan.does('ShiftHandedOver', undefined, { to: 'b.lim', requests: [requestId], summary: texts.summary })
  return body.event.sequence
}

function readAllFiles(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}

test('texts of officers are in no file in plaintext, and are shown to readers with access', async () => {
  const history = await openRequest()
  await recordAllTexts(history)
  const { notes, snooze, events } = await workOf(history)
  expect(notes).toMatchObject([{ text: texts.note, struck: { by: 'SG/officer/b.lim', reason: texts.struck } }])
  expect(notes[0]).not.toHaveProperty('isRedacted')
  expect(snooze).toMatchObject({ by: 'SG/officer/a.tan', reason: texts.snoozed })
  const shown = JSON.stringify(events)
  for (const text of Object.values(texts)) expect(shown).toContain(text)
  const list = await lim.get<InboxPage>('/v1/work-inbox?for=snoozed')
  expect(list.body.items.map(({ work }) => work.snooze?.reason)).toContain(texts.snoozed)

  const { persons } = (await tan.get<PersonList>('/v1/persons')).body
  expect(persons.map(({ person }) => person)).toEqual(expect.arrayContaining(['a.tan', 'b.lim']))
  expect(list.body.items.map(({ work }) => work.assignedTo)).toContain('b.lim')
  await tan.does('RequestAssigned', (await openRequest()).requestId, { to: 'B.Lim' })
  for (const [officer, query] of [
    [tan, 'for=person&person=B.LIM'],
    [lim, 'for=me'],
  ] as const) {
    const inbox = await officer.get<InboxPage>(`/v1/work-inbox?${query}`)
    expect(inbox.body.items.map(({ work }) => work.assignedTo)).toEqual(['b.lim'])
  }

  const stored = readAllFiles(desks.dataDir)
  expect(stored).toContain('Written in plaintext')
  expect(stored).toContain('NoteTaken')
  // An actor who acted before encryption is stored in plaintext.
  for (const name of ['a.tan', 'b.lim']) expect(stored).not.toContain(name)
  expect(stored).toContain('c.ng')
  for (const text of Object.values(texts))
    for (const word of text.split(' ').filter(each => each.length > 9)) expect(stored).not.toContain(word)
})

test('the work log shows these texts and verifies; a changed text is detected', async () => {
  const history = await openRequest()
  await recordAllTexts(history)
  await Promise.all(Array.from({ length: 30 }, (_, n) => tan.does('NoteTaken', history.requestId, { text: `Note ${n}` })))
  const lines = await linesAt()
  expect(lines.flatMap(line => line.match(/"Note \d+"/)?.[0] ?? []).toSorted()).toEqual(
    Array.from({ length: 30 }, (_, n) => `"Note ${n}"`).toSorted(),
  )
  expect(lines.filter(line => line.includes(texts.summary)).length).toBeGreaterThan(0)
  expect(lines.some(line => line.includes('Written in plaintext'))).toBe(true)
  expect(problemsOf(lines)).toEqual([])
  const changed = lines.map(line => line.replace('quincetree', 'appletree'))
  expect(problemsOf(changed)).not.toEqual([])
})

test('after the keys of a request are destroyed, its texts are erased everywhere and the chain still verifies', async () => {
  const history = await openRequest()
  const other = await openRequest()
  const sequence = await recordAllTexts(history)
  await tan.does('NoteTaken', other.requestId, { text: 'Of another request' })
  await destroyKeys(history)
  const { notes, snooze, events, assignedTo } = await workOf(history)
  expect(notes).toEqual([
    {
      sequence,
      isRedacted: true,
      by: pseudonymousOfficer,
      at: expect.any(String),
      struck: { by: pseudonymousOfficer, at: expect.any(String), isRedacted: true },
    },
  ])
  expect(snooze).toEqual({ until: expect.any(String), by: pseudonymousOfficer, at: expect.any(String), isRedacted: true })
  expect(assignedTo).toMatch(/^#[0-9a-f]{8}$/)
  const closed = events.filter(({ data }) => isRedacted(data)).map(({ type }) => type.slice(17))
  expect(closed.toSorted()).toEqual(['FieldRevealed', 'NoteStruck', 'NoteTaken', 'RequestAssigned', 'RequestSnoozed', 'ShiftHandedOver'])
  const list = await lim.get<InboxPage>('/v1/work-inbox?for=snoozed')
  const [item] = list.body.items.filter(({ request }) => request.requestId === history.requestId)
  expect(item?.work.snooze).toMatchObject({ isRedacted: true })
  expect((await workOf(other)).notes).toMatchObject([{ text: 'Of another request' }])
  expect(problemsOf(await linesAt())).toEqual([])
})

test('after the keys of a request are destroyed, only actions without texts and names are accepted', async () => {
  const history = await openRequest()
  await tan.does('NoteTaken', history.requestId, { text: texts.note })
  await destroyKeys(history)
  const other = await openRequest()
  // Concurrent actions are written together: a refused one does not hold up the others.
  const together = Array.from({ length: 6 }, (_, n) => [
    tan.does('NoteTaken', history.requestId, { text: `One more: ${n}` }),
    tan.does('NoteTaken', other.requestId, { text: `Of another one: ${n}` }),
  ])
  const assigned = tan.does('RequestAssigned', history.requestId, { to: 'a.tan' })
  const unassigned = tan.does('RequestAssigned', history.requestId, { to: null })
  for (const [ofGone, ofOther] of together) {
    expect(await ofGone).toMatchObject({ status: 409, body: { code: 'WRONG_STATE' } })
    expect(await ofOther).toMatchObject({ status: 201 })
  }
  expect(await assigned).toMatchObject({ status: 409, body: { code: 'WRONG_STATE' } })
  expect(await unassigned).toMatchObject({ status: 201, body: { event: { actor: pseudonymousOfficer, data: { to: null } } } })
})

test('a handover is encrypted with the keys of its first request that has keys; one without requests stays in plaintext', async () => {
  const [gone, left] = [await openRequest(), await openRequest()]
  for (const { requestId } of [gone, left]) {
    await tan.does('NoteTaken', requestId, { text: texts.note })
    await tan.does('RequestAssigned', requestId, { to: 'a.tan' })
  }
  await destroyKeys(gone)
  const requests = [gone.requestId, left.requestId]
  const { status, body } = await tan.does('ShiftHandedOver', undefined, { to: 'b.lim', requests, summary: texts.summary })
  expect([status, (body as WorkDone).event.data]).toMatchObject([201, { summary: texts.summary, requests }])
  const handed = await storedEvents()
  expect(handed.at(-1)?.data).not.toHaveProperty('summary')
  await destroyKeys(left)
  const [shown] = (await workOf(left)).events
  expect(shown && isRedacted(shown.data)).toBe(true)

  await tan.does('ShiftHandedOver', undefined, { to: 'b.lim', requests: [], summary: 'All quiet' })
  expect((await storedEvents()).at(-1)?.data).toEqual({ to: 'b.lim', requests: [], summary: 'All quiet' })
})

test('a repeat under the same key gets the same answer, also at another desk, and is written once', async () => {
  const history = await openRequest()
  const second = await desks.start('second')
  await desks.sees(second, history)
  const note = { text: texts.note }
  const once = await tan.does('NoteTaken', history.requestId, note, 'once')
  const again = await tan.does('NoteTaken', history.requestId, note, 'once')
  const elsewhere = await personAt(second, 'SG', 'a.tan').does('NoteTaken', history.requestId, note, 'once')
  expect(once.body.event.data).toMatchObject(note)
  expect([again, elsewhere]).toEqual([once, once])
  expect(await tan.does('NoteTaken', history.requestId, { text: 'Another' }, 'once')).toMatchObject({ body: { code: 'KEY_REUSED' } })
  expect((await workOf(history)).notes).toHaveLength(1)
  await destroyKeys(history)
  const late = await tan.does('NoteTaken', history.requestId, note, 'once')
  expect([late.status, isRedacted(late.body.event.data)]).toEqual([201, true])
})

async function storedEvents(): Promise<WorkEvent[]> {
  const topic = workTopic('SG').name
  const events: WorkEvent[] = []
  for await (const records of desks.streams.read(topic, 0, 0, await desks.streams.endOffset(topic, 0)))
    events.push(...records.map(({ value }) => JSON.parse(value) as WorkEvent))
  return events
}

function problemsOf(lines: readonly string[]) {
  const verifier = createWorkVerifier()
  for (const [index, line] of lines.entries()) verifier.add(JSON.parse(line) as WorkEvent, index + 1)
  return verifier.finish().problems
}
