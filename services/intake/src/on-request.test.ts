import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  accepted,
  type Command,
  type DeadLetter,
  type MemberRole,
  type Notice,
  noticeSchema,
  noticesTopic,
  refused,
  topics,
} from '@holdfast/schemas'
import {
  configSchemaWithPort,
  createCountryTopics,
  createDeadLetters,
  createDrivers,
  type Drivers,
  silentLogger,
} from '@holdfast/service-kit'
import type { StreamRecord } from '@holdfast/streams'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createEngineSecret } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { onRequests } from './on-request.ts'
import { createReceivedBefore } from './received-before.ts'

let folder: string
let drivers: Drivers
let onBatch: ReturnType<typeof onRequests>
/** How often something was published to a topic. */
let publishes: string[]
let nowMs: number
const clock = { now: () => new Date(nowMs) }
const day = 24 * 3_600_000

/** Tokens that name their sender, such as `Bearer SG/system/ncb`; anything else is none. */
const verify = async (authorization: string | undefined) => {
  const [, country, role, person] = /^Bearer (\w+)\/(\w+)\/(\S+)$/.exec(authorization ?? '') ?? []
  return country && role && person
    ? accepted({ country, role: role as MemberRole, person, tokenEndsAt: new Date('2100-01-01') })
    : refused({ code: 'UNAUTHENTICATED' as const, message: 'a token is needed' })
}

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-intake-'))
  nowMs = Date.parse('2024-07-23T02:25:00Z')
  drivers = createDrivers(configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder, HOLDFAST_PARTITIONS: 1 }), 'intake', clock, silentLogger)
  const { streams } = drivers
  await streams.ensureTopics(Object.values(topics))
  publishes = []
  const counted: typeof streams = {
    ...streams,
    publish: (topic, records) => {
      publishes.push(topic)
      return streams.publish(topic, records)
    },
  }
  onBatch = onRequests({
    ...drivers,
    streams: counted,
    receivedBefore: createReceivedBefore(drivers),
    verify,
    secret: createEngineSecret(Buffer.alloc(32, 1)),
    clock,
    logTime: {
      nowMs: () => nowMs,
      dueUntil: clock.now,
      takenAtMs: ({ timestampMs }: { readonly timestampMs: number }) => timestampMs,
      saidAt: (_record: object, said: string) => said,
    },
    log: silentLogger,
    deadLetters: createDeadLetters(streams, 'intake', clock, silentLogger),
    countryTopics: createCountryTopics(streams),
  })
})
afterEach(async () => {
  await drivers.close()
  rmSync(folder, { recursive: true, force: true })
})

let offset = 0
const record = (value: unknown, headers: Record<string, string> = {}, damage?: string): StreamRecord => ({
  topic: topics.requests.name,
  partition: 0,
  offset: offset++,
  key: 'SG',
  value: typeof value === 'string' ? value : JSON.stringify(value),
  headers: { authorization: 'Bearer SG/system/ncb', ...headers },
  timestampMs: Date.now(),
  ...(damage ? { damage } : {}),
})
const eventOf = (id: string, data: unknown = buildRequestNumber(1), more: object = {}) => ({
  specversion: '1.0',
  id,
  source: '/ncb/sg',
  type: 'holdfast.request.v1',
  data,
  ...more,
})

async function eventsIn<T>(topic: string): Promise<T[]> {
  const all: T[] = []
  const end = await drivers.streams.endOffset(topic, 0).catch(() => 0)
  if (end > 0)
    for await (const records of drivers.streams.read(topic, 0, 0, end)) all.push(...records.map(({ value }) => JSON.parse(value) as T))
  return all
}
const notices = async (country = 'SG') => (await eventsIn<Notice>(noticesTopic(country).name)).map(notice => noticeSchema.parse(notice))
const told = async () => (await notices()).map(({ data }) => data)
const letters = async () => (await eventsIn<DeadLetter>(topics.deadLetters.name)).map(({ data }) => data.reason)
const opened = () => eventsIn<Extract<Command, { type: 'holdfast.command.v1.OpenRequest' }>>(topics.commands.name)

test('a request that is refused once more, as after a crash, is told in the same words, byte for byte', async () => {
  const bad = record(eventOf('bad-1', { ...buildRequestNumber(1), reason: 'NONE' }))
  await onBatch([bad])
  nowMs += 1_000
  await onBatch([bad])
  const [first, again] = await notices()
  expect(again).toEqual(first)
})

describe('a good request', () => {
  test.each([
    ['in structured mode', (id: string) => record(eventOf(id), { 'content-type': 'application/cloudevents+json' })],
    [
      'in structured mode, with all that CloudEvents allows',
      (id: string) =>
        record(
          eventOf(id, undefined, {
            subject: null,
            sequence: '000000001',
            partitionkey: 'SG',
            anything: true,
            time: '2024-07-23T02:25:00Z',
          }),
        ),
    ],
    [
      'with its data in Base64',
      (id: string) =>
        record({ ...eventOf(id), data: undefined, data_base64: Buffer.from(JSON.stringify(buildRequestNumber(1))).toString('base64') }),
    ],
    [
      'in binary mode',
      (id: string) => {
        const { data, ...attributes } = eventOf(id)
        const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, String(value)]))
        return record(data, { ...headers, 'content-type': 'application/json; charset=utf-8' })
      },
    ],
  ])('%s gets a receipt that says which event it is for, and which request it became', async (_how, recordOf) => {
    await onBatch([recordOf('good-1')])
    const [command] = await opened()
    expect(command?.data.request).toEqual(buildRequestNumber(1))
    expect(await told()).toEqual([
      {
        kind: 'received',
        country: 'SG',
        eventId: 'good-1',
        eventSource: '/ncb/sg',
        requestId: command?.subject,
        caseReference: buildRequestNumber(1).caseReference,
        requestingCountry: 'SG',
        beneficiaryCountry: buildRequestNumber(1).beneficiaryCountry,
        state: 'received',
        receivedAt: command?.time,
      },
    ])
    expect(await letters()).toEqual([])
  })

  test('that is sent again gets the same receipt under the same id, whatever else is in the batch', async () => {
    await onBatch([record(eventOf('again-1')), record(eventOf('again-1'))])
    await onBatch([record(eventOf('again-1'))])
    const receipts = await notices()
    expect(receipts).toHaveLength(2)
    expect(receipts[1]).toEqual(receipts[0])
    expect(await opened()).toHaveLength(1)
  })

  test('under a source and id that were forgotten is a request of its own where its document is another one', async () => {
    const bodies = [buildRequestNumber(1), buildRequestNumber(2)]
    for (const body of bodies) {
      await onBatch([record(eventOf('forgotten-1', body))])
      nowMs += 31 * day
    }
    expect((await opened()).map(({ data }) => data.request)).toEqual(bodies)
    expect(new Set((await opened()).map(({ subject }) => subject)).size).toBe(2)
    expect((await told()).map(data => 'requestId' in data && data.requestId)).toEqual((await opened()).map(({ subject }) => subject))
  })
})

describe('whoever is known is told why something was not taken, with the event’s source and id', () => {
  const damaged = eventOf('damaged-1', { ...buildRequestNumber(1), narrative: 'Jos\ufffd' })
  test.each([
    ['another type', () => record(eventOf('x-1', undefined, { type: 'holdfast.request.v9' })), 'MALFORMED', 'x-1', '/type'],
    ['another version of CloudEvents', () => record(eventOf('x-1', undefined, { specversion: '0.3' })), 'MALFORMED', 'x-1', '/specversion'],
    ['Base64 that is none', () => record({ ...eventOf('x-1'), data: undefined, data_base64: '?' }), 'MALFORMED', 'x-1', '/data_base64'],
    ['an empty subject', () => record(eventOf('x-1', undefined, { subject: '' })), 'MALFORMED', 'x-1', '/subject'],
    [
      'two of one member',
      () => record(JSON.stringify(eventOf('x-1')).replace('"data":{', '"data":{"beneficiaryCountry":"MY",')),
      'NOT_JSON',
      'x-1',
      '/data/beneficiaryCountry',
    ],
    ['bytes that are no UTF-8', () => record(damaged, {}, 'the value is not UTF-8 near byte 9'), 'NOT_JSON', 'damaged-1', ''],
    [
      'another encoding',
      () => record(eventOf('x-1'), { 'content-type': 'application/json; charset=latin1', ce_id: 'x-1', ce_source: '/ncb/sg' }),
      'UNSUPPORTED_MEDIA_TYPE',
      'x-1',
      'content-type',
    ],
    [
      'a request with a problem',
      () => record(eventOf('x-1', { ...buildRequestNumber(1), reason: 'FRAUD' })),
      'MALFORMED',
      'x-1',
      '/reason',
    ],
  ])('%s', async (_what, recordOf, code, eventId, path) => {
    await onBatch([recordOf()])
    expect(await told()).toMatchObject([{ kind: 'refusedAtDoor', code, eventId, eventSource: '/ncb/sg', problems: [{ path }] }])
    expect(await opened()).toEqual([])
  })

  test.each([
    ['no id', () => record({ ...eventOf(''), id: undefined }), '/ncb/sg', '/id'],
    ['no JSON', () => record('{'), '', ''],
  ])('%s: by the place where it lies', async (_what, recordOf, eventSource, path) => {
    const sent = recordOf()
    await onBatch([sent])
    expect(await told()).toMatchObject([
      { kind: 'refusedAtDoor', eventId: '', eventSource, place: `freeze.requests/0/${sent.offset}`, problems: [{ path }] },
    ])
  })

  test('an institution, another country’s request, and a key that names another body', async () => {
    await onBatch([record(eventOf('r-1'), { authorization: 'Bearer SG/institution/a.bank' })])
    await onBatch([record(eventOf('r-2', { ...buildRequestNumber(1), requestingCountry: 'MY' }))])
    await onBatch([record(eventOf('r-3')), record(eventOf('r-3', buildRequestNumber(2)))])
    expect((await told()).map(data => data.kind === 'refusedAtDoor' && [data.eventId, data.code]).filter(Boolean)).toEqual([
      ['r-1', 'NOT_PERMITTED'],
      ['r-2', 'NOT_YOUR_COUNTRY'],
      ['r-3', 'KEY_REUSED'],
    ])
  })

  test('by one notice however often it is sent, and by another once something else is wrong', async () => {
    const wrong = (reason: string) => record(eventOf('w-1', { ...buildRequestNumber(1), [reason]: 1 }))
    for (const reason of ['one', 'one', 'other']) await onBatch([wrong(reason)])
    const ids = (await notices()).map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([3, 2])
  })

  test('in one publish, however many there are', async () => {
    await onBatch(Array.from({ length: 200 }, (_, n) => record(eventOf(`many-${n}`, { wrong: n }))))
    expect([(await told()).length, publishes]).toEqual([200, [noticesTopic('SG').name]])
  })
})

test('what comes from nobody is kept for operators, and nobody is told', async () => {
  await onBatch([record(eventOf('n-1'), { authorization: '' })])
  expect(await letters()).toEqual([expect.stringContaining('UNAUTHENTICATED')])
  expect(await told()).toEqual([])
})

test('what is no event of ours is kept too: an operator may make something of it', async () => {
  await onBatch([record('nonsense'), record(eventOf('t-1', undefined, { type: 'other' }))])
  expect(await letters()).toEqual([expect.stringContaining('JSON'), expect.stringContaining('other')])
})
