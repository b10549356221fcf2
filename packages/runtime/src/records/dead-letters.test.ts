import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DeadLetter, deadLetterSchema, topics } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createEmbeddedStreams, type StreamRecord, type Streams } from '@holdfast/streams'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { silentLogger } from '../log.ts'
import { createDeadLetters, type DeadLetters } from './dead-letters.ts'

let folder: string
let file: SqliteFile
let streams: Streams
let deadLetters: DeadLetters

let now: Date
beforeEach(async () => {
  now = new Date('2024-07-23T02:25:00Z')
  folder = mkdtempSync(join(tmpdir(), 'holdfast-letters-'))
  file = openSqlite(join(folder, 'streams.sqlite'), { durable: false })
  streams = createEmbeddedStreams({ file, partitions: 1 })
  await streams.ensureTopics([topics.deadLetters])
  deadLetters = createDeadLetters(streams, 'intake', { now: () => now }, silentLogger)
})
afterEach(async () => {
  await streams.close()
  await file.close()
  rmSync(folder, { recursive: true, force: true })
})

const record: StreamRecord = {
  topic: 'freeze.requests',
  partition: 3,
  offset: 42,
  key: 'SG',
  value: 'no event at all',
  headers: { 'content-type': 'text/plain', authorization: 'Bearer a.secret.token', Authorization: 'Bearer another.secret.token' },
  timestampMs: 0,
}

async function letters(): Promise<DeadLetter[]> {
  const { name } = topics.deadLetters
  const all: DeadLetter[] = []
  for await (const records of streams.read(name, 0, 0, await streams.endOffset(name, 0)))
    for (const { value } of records) all.push(deadLetterSchema.parse(JSON.parse(value)))
  return all
}
async function kept(changes: Partial<StreamRecord>, reason = 'not JSON'): Promise<DeadLetter['data']> {
  await deadLetters.keep({ ...record, ...changes }, reason)
  const last = (await letters()).at(-1)
  if (!last) throw new Error('no letter was kept')
  return last.data
}

test('a record is stored with its offset, its reason and the service that refused it', async () => {
  expect(await kept({})).toEqual({
    topic: 'freeze.requests',
    partition: 3,
    offset: 42,
    key: 'SG',
    headers: { 'content-type': 'text/plain' },
    value: 'no event at all',
    service: 'intake',
    reason: 'not JSON',
  })
})

test('the token is left out, however its header is written', async () => {
  const data = await kept({ headers: { AUTHORIZATION: 'Bearer a.secret.token', 'x-other': 'stays' } })
  expect(data.headers).toEqual({ 'x-other': 'stays' })
  expect(JSON.stringify(await letters())).not.toContain('secret')
})

test('the same record has the same id, another offset another id', async () => {
  await kept({})
  await kept({})
  await kept({ offset: 43 })
  const [first, second, third] = await letters()
  expect(second?.id).toBe(first?.id)
  expect(third?.id).not.toBe(first?.id)
})

test('a value of 400 kB is stored completely', async () => {
  const value = 'x'.repeat(400_000)
  expect((await kept({ value })).value).toBe(value)
})

// A dead letter that is too large to be stored would block its partition forever.
test.each([
  ['letters', 'x'],
  ['control characters, six bytes each in JSON', '\u0001'],
  ['lone surrogates', '\ud800'],
  ['quotation marks', '"'],
  ['signs of four bytes', '🏦'],
  ['a text that is long only in bytes at its end', 'x'.repeat(99)],
])('a megabyte of %s is truncated, and the reason says where', async (_what, text) => {
  const value = `${text.repeat(1_000_000 / text.length)}${'\u0001'.repeat(20_000)}`
  const data = await kept({ value })
  expect(value.startsWith(data.value)).toBe(true)
  expect(data.value.length).toBeGreaterThan(70_000)
  expect(data.reason).toBe(`not JSON (the value is cut after ${data.value.length} characters)`)
})

test('a record that is too large in every part is still stored', async () => {
  const heavy = '\u0001'.repeat(200_000)
  const headers = Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`${i}${heavy.slice(0, 5000)}`, heavy.slice(0, 5000)]))
  const data = await kept({ key: heavy, value: heavy, headers }, heavy)
  expect(data.reason).toMatch(/the value is cut .*; the key is cut .*; headers are cut or left out\)$/)
  expect(data.reason.length).toBe(2000)
})

const refusedOf = (partition: number, count: number, from = 0) =>
  Array.from({ length: count }, (_, nth) => ({
    record: { ...record, partition, offset: from + nth },
    reason: nth % 2 ? 'UNAUTHENTICATED: the token has ended' : 'UNAUTHENTICATED: no token',
  }))

test('up to twenty records of unknown senders in a batch are stored one by one; one dead letter stands for more', async () => {
  await deadLetters.keepOfBatch([...refusedOf(0, 500), ...refusedOf(1, 20)])
  const ofPartition = (of: number) => all.filter(({ data }) => data.partition === of).toSorted((a, b) => a.data.offset - b.data.offset)
  const all = await letters()
  expect([ofPartition(0).length, ofPartition(1).length]).toEqual([1, 20])
  expect(ofPartition(0)[0]?.data).toMatchObject({
    offset: 0,
    value: record.value,
    reason:
      'this dead letter stands for 500 records up to offset 499, of which this is the first: 250 × UNAUTHENTICATED: no token; 250 × UNAUTHENTICATED: the token has ended',
  })
})

test('unknown senders can use up the daily quota of one partition, and not that of another', async () => {
  for (let batch = 0; batch < 200; batch++) await deadLetters.keepOfBatch(refusedOf(0, 500, batch * 500))
  const ofToday = (await letters()).length
  expect(ofToday).toBeLessThanOrEqual(2_021)
  await deadLetters.keepOfBatch(refusedOf(1, 1))
  expect(await letters()).toHaveLength(ofToday + 1)
  now = new Date('2024-07-24T00:00:00Z')
  await deadLetters.keepOfBatch(refusedOf(0, 1, 200_000))
  expect(await letters()).toHaveLength(ofToday + 2)
})
