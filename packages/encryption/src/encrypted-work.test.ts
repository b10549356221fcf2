import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import {
  asSubmitted,
  assigneePseudonymName,
  chainStart,
  deterministicId,
  type Encryptable,
  encryptedWorkEvents,
  isErased,
  isRedacted,
  parseStored,
  personalDataOfWork,
  storedData,
  type WorkBody,
  type WorkDraft,
  type WorkEvent,
  type WorkKind,
  workBodies,
  workKinds,
  workType,
} from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { chainWork, createEngineSecret, followsWork } from '@holdfast/trust'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createEmbeddedKeyStore } from './embedded/key-store.ts'
import { createKeyRing, type KeyRing } from './key-ring.ts'
import { ensureMasterKeys } from './master-keys.ts'
import { createPersonalDataCipher, type PersonalDataCipher, PersonalDataErasedError } from './personal-data-cipher.ts'

const folder = mkdtempSync(join(tmpdir(), 'holdfast-words-of-work-'))
const secret = createEngineSecret(randomBytes(32))
let file: SqliteFile
let ring: KeyRing
let cipher: PersonalDataCipher
const afresh = (): PersonalDataCipher => createPersonalDataCipher({ personalData: paymentStop.personalData, ring, secret })

beforeAll(async () => {
  file = openSqlite(join(folder, 'keys.sqlite'), { durable: true })
  ring = createKeyRing({ store: await createEmbeddedKeyStore(file), masterKeys: ensureMasterKeys(folder), clock: () => new Date() })
  cipher = afresh()
})
afterAll(async () => {
  ring.close()
  await file.close()
  rmSync(folder, { recursive: true, force: true })
})

let count = 0
const newRequest = (): string => deterministicId('request', ++count)
const handed = newRequest()

const done: { readonly [K in WorkKind]: WorkBody<K> } = {
  RequestAssigned: { to: 'b.lim' },
  NoteTaken: { text: 'The quincetree account is the heron’s' },
  NoteStruck: { note: 1, reason: 'The marmaladefox was another' },
  AlertAcknowledged: { fact: 'DeadlineReached', sequence: 3, time: '2024-07-23T02:31:00.000Z' },
  RequestSnoozed: { until: '2024-07-24T02:31:00.000Z', reason: 'Gabbroquarry Bank is closed' },
  ShiftHandedOver: { to: 'night', requests: [handed], summary: 'Of the xanthicgoose' },
  FieldRevealed: { path: '/victim/name', purpose: 'To ring the peridotlady' },
}

function draftOf<K extends WorkKind>(
  kind: K,
  data: WorkBody<K> = done[kind],
  { requestId = newRequest(), country = 'SG' } = {},
): WorkDraft {
  return {
    specversion: '1.0',
    id: deterministicId('work', ++count),
    source: '/holdfast/desk',
    type: workType(kind),
    ...(kind === 'ShiftHandedOver' ? {} : { subject: requestId }),
    time: '2024-07-23T02:31:00.000Z',
    datacontenttype: 'application/json',
    actor: `${country}/officer/a.tan`,
    country,
    data,
  } as WorkDraft
}
async function encryptedOf(draft: WorkDraft, by = cipher): Promise<WorkDraft> {
  const [encrypted] = await by.encrypt([draft])
  return encrypted as WorkDraft
}
const first = (draft: WorkDraft): WorkEvent => JSON.parse(JSON.stringify(chainWork(draft, { sequence: 0, hash: chainStart }))) as WorkEvent
async function openedOf(event: WorkEvent): Promise<WorkEvent> {
  const [opened] = await afresh().decrypt([event])
  return opened as WorkEvent
}
async function destroyKeys(requestId: string): Promise<void> {
  await ring.intend(requestId, 'ERASURE_ORDERED')
  await ring.destroy(requestId)
  await ring.confirm(requestId)
}

describe.each(workKinds)('the personal data of %s', kind => {
  test('is encrypted and appears nowhere else, and the chain covers the ciphertext', async () => {
    const draft = draftOf(kind)
    const event = first(await encryptedOf(draft))
    expect('encrypted' in event.data).toBe(personalDataOfWork[kind].length > 0)
    expect(event.actor).toBe(`SG/officer/${cipher.deskPseudonymOf('SG', 'A.Tan')}`)
    if (!('encrypted' in event.data)) return expect(event.data).toEqual(draft.data)
    const stored = parseStored(encryptedWorkEvents(), event)
    expect(stored.ok ? [] : stored.error).toEqual([])
    expect(isRedacted(event.data)).toBe(true)
    expect(JSON.stringify(event)).not.toMatch(/quincetree|marmaladefox|Gabbroquarry|xanthicgoose|peridotlady|b\.lim|night|a\.tan/)
    const opened = await openedOf(event)
    expect(asSubmitted(opened.data)).toEqual(draft.data)
    expect(followsWork(opened, { sequence: 0, hash: chainStart })).toBe(true)
  })

  test('is listed in the table for each kind with a text or a name, and other kinds stay unchanged', () => {
    const texts = Object.keys(workBodies[kind].shape).filter(name => ['text', 'reason', 'to', 'summary', 'purpose'].includes(name))
    expect(personalDataOfWork[kind]).toEqual(texts.map(name => `/${name}`))
  })
})

test('an assignee and an actor have one pseudonym at the desk of a country, for all requests and letter cases, and another one elsewhere', async () => {
  const assigned = (await cipher.encrypt([
    draftOf('RequestAssigned'),
    draftOf('RequestAssigned', { to: 'b.lim' }),
  ])) as unknown as WorkEvent[]
  const given = assigned.map(({ data }) => `~${(data as Encryptable).encrypted?.blindIndexes?.[assigneePseudonymName]?.slice(0, 32)}`)
  expect(given).toEqual([cipher.deskPseudonymOf('SG', 'B.LIM'), cipher.deskPseudonymOf('SG', 'b.lim')])
  expect(new Set([...given, cipher.deskPseudonymOf('TL', 'b.lim'), cipher.deskPseudonymOf('SG', 'a.tan')]).size).toBe(3)
  const back = await encryptedOf(draftOf('RequestAssigned', { to: null }))
  expect(back.data).toEqual({ to: null })
})

test('the actor is named for readers with access, with or without personal data, and the chain verifies', async () => {
  for (const kind of workKinds) {
    const event = first(await encryptedOf(draftOf(kind)))
    const [named = event] = await afresh().decryptWithNames([event])
    expect(named.actor).toBe('SG/officer/a.tan')
    expect(asSubmitted(named.data)).toEqual(done[kind])
    expect(followsWork(named, { sequence: 0, hash: chainStart })).toBe(true)
    expect(followsWork({ ...named, actor: 'SG/officer/b.lim' } as WorkEvent, { sequence: 0, hash: chainStart })).toBe(false)
  }
})

test('personal data is encrypted under the key of its country; another country’s note on the same request has another key', async () => {
  const requestId = newRequest()
  const notes = await cipher.encrypt([
    draftOf('NoteTaken', done.NoteTaken, { requestId }),
    draftOf('NoteTaken', done.NoteTaken, { requestId, country: 'TL' }),
  ])
  const keys = notes.map(({ data }) => (data as unknown as { encrypted: { key: string } }).encrypted.key)
  const found = await ring.find(keys)
  expect(keys.map(key => found.get(key))).toMatchObject([
    { requestId, country: 'SG' },
    { requestId, country: 'TL' },
  ])
})

test('personal data has the same bytes each time, so that a repeat is recognised', async () => {
  const draft = draftOf('NoteTaken')
  expect(await encryptedOf(draft, afresh())).toEqual(await encryptedOf(draft))
})

test('personal data is not decrypted in an event of another request', async () => {
  const event = first(await encryptedOf(draftOf('NoteTaken')))
  expect(isRedacted((await openedOf({ ...event, subject: newRequest() } as WorkEvent)).data)).toBe(true)
  const handover = first(await encryptedOf(draftOf('ShiftHandedOver')))
  const moved = { ...handover, data: { ...handover.data, requests: [newRequest()] } } as WorkEvent
  expect(isRedacted((await openedOf(moved)).data)).toBe(true)
})

test('personal data is erased with the keys of its request, no more is encrypted for it, and the chain verifies', async () => {
  const draft = draftOf('NoteTaken')
  const event = first(await encryptedOf(draft))
  await destroyKeys(draft.subject as string)
  const opened = await openedOf(event)
  expect([isErased(opened.data), storedData(opened.data)]).toEqual([true, event.data])
  expect(followsWork(opened, { sequence: 0, hash: chainStart })).toBe(true)
  await expect(encryptedOf(draft, afresh())).rejects.toThrow(PersonalDataErasedError)
})

test('an event about several requests uses the keys of the first that has some, and one about none stays unchanged', async () => {
  const [gone, left] = [newRequest(), newRequest()]
  await destroyKeys(gone)
  const summary = { ...done.ShiftHandedOver, requests: [gone, left] }
  const event = first(await encryptedOf(draftOf('ShiftHandedOver', summary)))
  expect(asSubmitted((await openedOf(event)).data)).toEqual(summary)
  await destroyKeys(left)
  expect(isRedacted((await openedOf(event)).data)).toBe(true)
  await expect(encryptedOf(draftOf('ShiftHandedOver', summary))).rejects.toThrow(PersonalDataErasedError)
  const quiet = { to: 'night', requests: [], summary: 'All quiet' }
  expect((await encryptedOf(draftOf('ShiftHandedOver', quiet))).data).toEqual(quiet)
})
