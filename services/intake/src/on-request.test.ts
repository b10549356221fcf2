import { paymentStop } from '@holdfast/payment-stop'
import { type Command, commandSchema, type Notification, notificationSchema } from '@holdfast/payment-stop/language'
import { createCountryTopics, createDeadLetters, type Drivers, silentLogger } from '@holdfast/runtime'
import { accepted, type DeadLetter, type MemberRole, notificationsTopic, refused, topics } from '@holdfast/schemas'
import type { StreamRecord } from '@holdfast/streams'
import { type OpenDrivers, openDrivers } from '@holdfast/test-kit/open-drivers'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import {
  createEngineSecret,
  createEngineSignatureVerifier,
  createEngineSigner,
  createEventVerifier,
  type Member,
  makeKey,
  signEvent,
} from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { onRequests } from './on-request.ts'
import { createReceivedBefore } from './received-before.ts'

let backends: OpenDrivers
let drivers: Drivers
let onBatch: ReturnType<typeof onRequests>
/** How often a record was published to a topic. */
let publishes: string[]
let nowMs: number
const clock = { now: () => new Date(nowMs) }
const day = 24 * 3_600_000

const signer = createEngineSigner(createEngineSecret(Buffer.alloc(32, 1)))
const { privateKey, publicKey } = makeKey('k1')
const singapore: Member = { country: 'SG', name: 'Singapore', keys: { keys: [publicKey] } }

/**
 * Tokens name their sender, such as `Bearer SG/system/ncb`. With `signs`, the member must sign its events; with `long`,
 * the lifetime is too long; with `expired`, the token is signed by a key of the member but has expired. Other tokens
 * are invalid.
 */
const verify = async (authorization: string | undefined) => {
  const [, country, role, person, how] = /^Bearer (\w+)\/(\w+)\/(\S+)(?: (\w+))?$/.exec(authorization ?? '') ?? []
  if (how === 'expired') return refused({ code: 'UNAUTHENTICATED' as const, message: 'the token has expired', signedFor: 'SG' })
  return country && role && person
    ? accepted({
        country,
        role: role as MemberRole,
        person,
        ...(how === 'signs' ? { signs: true as const } : {}),
        ...(how === 'long' ? { tokenLifeSeconds: 601 } : {}),
        tokenEndsAt: new Date('2100-01-01'),
      })
    : refused({ code: 'UNAUTHENTICATED' as const, message: 'a token is needed' })
}

beforeEach(async () => {
  backends = await openDrivers('intake', { clock })
  drivers = backends.drivers
  nowMs = Date.parse('2024-07-23T02:25:00Z')
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
    workflow: paymentStop,
    ...drivers,
    streams: counted,
    receivedBefore: await createReceivedBefore(paymentStop, drivers),
    verify,
    verifyEvent: createEventVerifier({ members: new Map([['SG', singapore]]), now: clock.now, clockSkewSeconds: 60 }),
    secret: createEngineSecret(Buffer.alloc(32, 1)),
    signer,
    clock,
    logTime: {
      nowMs: () => nowMs,
      dueUntil: clock.now,
      recordedAtMs: ({ timestampMs }: { readonly timestampMs: number }) => timestampMs,
      statedAt: (_record: object, said: string) => said,
    },
    log: silentLogger,
    deadLetters: createDeadLetters(streams, 'intake', clock, silentLogger),
    countryTopics: createCountryTopics(streams),
  })
})
afterEach(() => backends.close())

let offset = 0
const record = (value: unknown, headers: Record<string, string> = {}, damage?: string): StreamRecord => ({
  topic: topics.requests.name,
  partition: 0,
  offset: offset++,
  key: 'SG',
  value: typeof value === 'string' ? value : JSON.stringify(value),
  headers: { authorization: 'Bearer SG/system/ncb', ...headers },
  timestampMs: nowMs,
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
const notifications = async (country = 'SG') =>
  (await eventsIn<Notification>(notificationsTopic(country).name)).map(notification => notificationSchema.parse(notification))
const notified = async () => (await notifications()).map(({ data }) => data)
const deadLetters = async () => (await eventsIn<DeadLetter>(topics.deadLetters.name)).map(({ data }) => data.reason)
const opened = () => eventsIn<Extract<Command, { type: 'holdfast.command.v1.OpenRequest' }>>(topics.commands.name)

test('a request that is refused again after a crash makes an identical notification', async () => {
  const bad = record(eventOf('bad-1', { ...buildRequestNumber(1), reason: 'NONE' }))
  await onBatch([bad])
  nowMs += 1_000
  await onBatch([bad])
  const [first, again] = await notifications()
  expect(again).toEqual(first)
})

describe('a valid request', () => {
  test.each([
    ['in structured mode', (id: string) => record(eventOf(id), { 'content-type': 'application/cloudevents+json' })],
    [
      'in structured mode, with everything that CloudEvents allows',
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
  ])('%s gets a receipt with the id of its event and of its request', async (_how, recordOf) => {
    await onBatch([recordOf('good-1')])
    const [command] = await opened()
    expect(command?.data.request).toEqual(buildRequestNumber(1))
    expect(await notified()).toEqual([
      {
        kind: 'received',
        country: 'SG',
        eventId: 'good-1',
        eventSource: '/ncb/sg',
        requestId: command?.subject,
        caseReference: buildRequestNumber(1).caseReference,
        requestingCountry: 'SG',
        beneficiaryCountry: buildRequestNumber(1).beneficiaryCountry,
        phase: 'received',
        receivedAt: command?.time,
      },
    ])
    expect(await deadLetters()).toEqual([])
  })

  test('that is repeated gets the same receipt under the same id, with any other records in the batch', async () => {
    await onBatch([record(eventOf('again-1')), record(eventOf('again-1'))])
    await onBatch([record(eventOf('again-1'))])
    const receipts = await notifications()
    expect(receipts).toHaveLength(2)
    expect(receipts[1]).toEqual(receipts[0])
    expect(await opened()).toHaveLength(1)
  })

  test('under a forgotten source and id with another document is another request', async () => {
    const bodies = [buildRequestNumber(1), buildRequestNumber(2)]
    for (const body of bodies) {
      await onBatch([record(eventOf('forgotten-1', body))])
      nowMs += 31 * day
    }
    expect((await opened()).map(({ data }) => data.request)).toEqual(bodies)
    expect(new Set((await opened()).map(({ subject }) => subject)).size).toBe(2)
    expect((await notified()).map(data => 'requestId' in data && data.requestId)).toEqual((await opened()).map(({ subject }) => subject))
  })
})

describe('an identified sender is notified of the reason for a refusal, with the event’s source and id', () => {
  const damaged = eventOf('damaged-1', { ...buildRequestNumber(1), narrative: 'Jos\ufffd' })
  test.each([
    ['another type', () => record(eventOf('x-1', undefined, { type: 'holdfast.request.v9' })), 'MALFORMED', 'x-1', '/type'],
    ['another version of CloudEvents', () => record(eventOf('x-1', undefined, { specversion: '0.3' })), 'MALFORMED', 'x-1', '/specversion'],
    ['invalid Base64', () => record({ ...eventOf('x-1'), data: undefined, data_base64: '?' }), 'MALFORMED', 'x-1', '/data_base64'],
    ['an empty subject', () => record(eventOf('x-1', undefined, { subject: '' })), 'MALFORMED', 'x-1', '/subject'],
    [
      'a duplicate member',
      () => record(JSON.stringify(eventOf('x-1')).replace('"data":{', '"data":{"beneficiaryCountry":"MY",')),
      'NOT_JSON',
      'x-1',
      '/data/beneficiaryCountry',
    ],
    ['bytes that are not UTF-8', () => record(damaged, {}, 'the value is not UTF-8 near byte 9'), 'NOT_JSON', 'damaged-1', ''],
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
    expect(await notified()).toMatchObject([{ kind: 'refusedAtIngress', code, eventId, eventSource: '/ncb/sg', problems: [{ path }] }])
    expect(await opened()).toEqual([])
  })

  test.each([
    ['no id', () => record({ ...eventOf(''), id: undefined }), '/ncb/sg', '/id'],
    ['invalid JSON', () => record('{'), '', ''],
  ])('%s: with the offset of the record', async (_what, recordOf, eventSource, path) => {
    const sent = recordOf()
    await onBatch([sent])
    expect(await notified()).toMatchObject([
      { kind: 'refusedAtIngress', eventId: '', eventSource, recordPosition: `freeze.requests/0/${sent.offset}`, problems: [{ path }] },
    ])
  })

  test('an institution, another country’s request, and a key that was used with another body', async () => {
    await onBatch([record(eventOf('r-1'), { authorization: 'Bearer SG/institution/a.bank' })])
    await onBatch([record(eventOf('r-2', { ...buildRequestNumber(1), requestingCountry: 'MY' }))])
    await onBatch([record(eventOf('r-3')), record(eventOf('r-3', buildRequestNumber(2)))])
    expect((await notified()).map(data => data.kind === 'refusedAtIngress' && [data.eventId, data.code]).filter(Boolean)).toEqual([
      ['r-1', 'NOT_PERMITTED'],
      ['r-2', 'NOT_YOUR_COUNTRY'],
      ['r-3', 'KEY_REUSED'],
    ])
  })

  test('by one notification for all repeats, and by another one for other problems', async () => {
    const wrong = (reason: string) => record(eventOf('w-1', { ...buildRequestNumber(1), [reason]: 1 }))
    for (const reason of ['one', 'one', 'other']) await onBatch([wrong(reason)])
    const ids = (await notifications()).map(({ id }) => id)
    expect([ids.length, new Set(ids).size]).toEqual([3, 2])
  })

  test('in one publish, however many there are', async () => {
    await onBatch(Array.from({ length: 200 }, (_, n) => record(eventOf(`many-${n}`, { wrong: n }))))
    expect([(await notified()).length, publishes]).toEqual([200, [notificationsTopic('SG').name]])
  })
})

describe('a signed event', () => {
  type SentEvent = ReturnType<typeof eventOf>
  const sign = (event: SentEvent, person = 'ncb', now = clock.now()) =>
    signEvent(event, { actor: { country: 'SG', role: 'system', person }, key: privateKey, kid: 'k1', now })
  const { authorization: _none, ...plain } = record('').headers
  const signed = (event: SentEvent, signature = sign(event), headers: Record<string, string> = {}): StreamRecord => ({
    ...record(event),
    headers: { ...plain, signature, ...headers },
  })

  test('needs no token, and its signature is stored in its command', async () => {
    const event = eventOf('s-1')
    const signature = sign(event)
    await onBatch([signed(event, signature)])
    expect(await deadLetters()).toEqual([])
    expect(await notified()).toMatchObject([{ kind: 'received', eventId: 's-1' }])
    const [command] = await opened()
    expect(command).toMatchObject({ actor: 'SG/system/ncb' })
    expect(command?.data).toEqual({
      request: buildRequestNumber(1),
      signed: { type: 'holdfast.request.v1', jws: signature, id: 's-1', source: '/ncb/sg' },
    })
    expect(commandSchema.parse(command)).toEqual(command)
  })

  test('in binary mode is signed over the same text', async () => {
    const { data, ...attributes } = eventOf('s-2')
    const headers = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [`ce_${name}`, String(value)]))
    await onBatch([{ ...record(data), headers: { ...headers, 'content-type': 'application/json', signature: sign(eventOf('s-2')) } }])
    expect(await notified()).toMatchObject([{ kind: 'received', eventId: 's-2' }])
  })

  test('with a problem in its document is refused, and its sender is notified', async () => {
    await onBatch([signed(eventOf('s-3', { ...buildRequestNumber(1), reason: 'FRAUD' }))])
    expect(await notified()).toMatchObject([
      { kind: 'refusedAtIngress', code: 'MALFORMED', eventId: 's-3', problems: [{ path: '/reason' }] },
    ])
  })

  test('that is repeated with another signature is the same request', async () => {
    const event = eventOf('s-4')
    await onBatch([signed(event)])
    nowMs += 1000
    await onBatch([signed(event)])
    expect([(await opened()).length, (await notified()).length]).toEqual([1, 2])
  })

  test('may wait in the broker for any time, because the time of its arrival there counts', async () => {
    const sent = signed(eventOf('s-5'))
    nowMs += day
    await onBatch([sent])
    expect(await notified()).toMatchObject([{ kind: 'received' }])
    await onBatch([signed(eventOf('s-6'), sign(eventOf('s-6'), 'ncb', new Date(nowMs - 661_000)))])
    expect(await deadLetters()).toEqual([expect.stringContaining('the signature has expired')])
  })

  test.each([
    ['that has expired', () => signed(eventOf('s-8'), sign(eventOf('s-8'), 'ncb', new Date(nowMs - 661_000))), 'the signature has expired'],
    ['of a person that its key may not name', () => signed(eventOf('s-8'), sign(eventOf('s-8'), 'a b')), 'does not name a person'],
  ])('%s makes a notification to the country of its key, with the id of the event', async (_what, recordOf, why) => {
    const sent = recordOf()
    await onBatch([sent])
    await onBatch([sent])
    const [first, again] = await notifications()
    expect(again).toEqual(first)
    expect(first?.data).toMatchObject({ kind: 'refusedAtIngress', country: 'SG', eventId: 's-8', eventSource: '/ncb/sg' })
    expect(first?.data).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining(why), problems: [] })
    expect(await deadLetters()).toContainEqual(expect.stringContaining(why))
    expect(await opened()).toEqual([])
  })

  test('that has expired makes a hundred notifications a day at most, and further ones the next day', async () => {
    const expired = (id: string) => signed(eventOf(id), sign(eventOf(id), 'ncb', new Date(nowMs - 661_000)))
    await onBatch(Array.from({ length: 130 }, (_, n) => expired(`x-${n}`)))
    expect((await notified()).length).toBe(100)
    nowMs += day
    await onBatch([expired('x-next')])
    expect((await notified()).length).toBe(101)
  })

  test.each([
    ['under another id', () => signed(eventOf('other'), sign(eventOf('s-7'))), 'the event is not signed by a key of the member it names'],
    ['of another document', () => signed(eventOf('s-7', buildRequestNumber(2)), sign(eventOf('s-7'))), 'the event is not signed'],
    ['with a token next to it', () => signed(eventOf('s-7'), undefined, { authorization: 'Bearer SG/system/ncb' }), 'has both headers'],
    ['that is a token', () => signed(eventOf('s-7'), 'a.b.c'), 'no JWS'],
    ['of an unreadable event', () => ({ ...signed(eventOf('s-7')), value: '{' }), 'its signature covers no readable event'],
    ['that is missing, as is a token', () => ({ ...record(eventOf('s-7')), headers: {} }), 'has neither header'],
  ])('%s has no identified sender and becomes a dead letter with the reason', async (_what, recordOf, why) => {
    await onBatch([recordOf()])
    expect(await deadLetters()).toEqual([expect.stringContaining(`UNAUTHENTICATED: `)])
    expect((await deadLetters())[0]).toContain(why)
    expect([await notified(), await opened()]).toEqual([[], []])
  })
})

describe('a record with a media type that is built to slow down a parser', () => {
  const hostile = `application/json;charset=${' '.repeat(12_000)}""x`
  // A backtracking parser would stop intake for minutes, longer than a test may take, and again after each restart,
  // because the record is not committed.
  test.each([
    ['content-type', () => record(eventOf('h-1'), { authorization: '', signature: 'any', 'content-type': hostile }), 'content-type'],
    [
      'datacontenttype',
      () => record(eventOf('h-1', undefined, { datacontenttype: hostile }), { authorization: '', signature: 'any' }),
      '/datacontenttype',
    ],
  ])('in %s, and any signature, becomes a dead letter at once with its reason', async (_what, recordOf, place) => {
    await onBatch([recordOf()])
    const reason = `UNAUTHENTICATED: its signature covers no readable event: ${place} must have at most 256 characters`
    expect(await deadLetters()).toEqual([expect.stringContaining(reason)])
    expect([await notified(), await opened()]).toEqual([[], []])
  })

  test('and a token is refused at once, and its sender is notified', async () => {
    await onBatch([record(eventOf('h-2'), { 'content-type': hostile })])
    await onBatch([record(eventOf('h-3', undefined, { datacontenttype: hostile }))])
    const message = 'must have at most 256 characters'
    expect(await notified()).toMatchObject([
      { kind: 'refusedAtIngress', code: 'UNSUPPORTED_MEDIA_TYPE', problems: [{ path: 'content-type', message }] },
      { kind: 'refusedAtIngress', code: 'MALFORMED', eventId: 'h-3', problems: [{ path: '/datacontenttype', message }] },
    ])
  })
})

describe('an unusable token of a known key', () => {
  test.each([
    ['that has expired', 'expired', 'UNAUTHENTICATED', 'the token has expired'],
    ['that lives for too long', 'long', 'TOKEN_TOO_LONG', '600 seconds at most'],
    ['of a member that must sign its events', 'signs', 'UNAUTHENTICATED', 'requires this sender to sign its events'],
  ])('%s makes a notification to its country with the offset of the record, and without its content', async (_what, how, code, why) => {
    const sent = record(eventOf('t-1'), { authorization: `Bearer SG/system/ncb ${how}` })
    await onBatch([sent])
    expect(await notified()).toEqual([
      {
        kind: 'refusedAtIngress',
        country: 'SG',
        eventId: '',
        eventSource: '',
        recordPosition: `${sent.topic}/0/${sent.offset}`,
        code,
        message: expect.stringContaining(why),
        problems: [],
      },
    ])
    expect([await deadLetters(), await opened()]).toEqual([[expect.stringContaining(`${code}: `)], []])
  })
})

test('each notification is signed by the engine, as an order is', async () => {
  await onBatch([record(eventOf('sig-1')), record(eventOf('sig-2', { ...buildRequestNumber(1), reason: 'NONE' }))])
  const whyNot = createEngineSignatureVerifier([signer.key])
  const sent = await notifications()
  expect(sent.map(({ data }) => data.kind).sort()).toEqual(['received', 'refusedAtIngress'])
  for (const notification of sent) {
    expect(whyNot(notification)).toBeUndefined()
    expect(whyNot({ ...notification, data: { ...notification.data, country: 'TL' } })).toContain('of another notification')
  }
})

test('a record without an identified sender becomes a dead letter and makes no notification', async () => {
  await onBatch([record(eventOf('n-1'), { authorization: '' })])
  expect(await deadLetters()).toEqual([expect.stringContaining('UNAUTHENTICATED')])
  expect(await notified()).toEqual([])
})

test('a record that is no event of Holdfast becomes a dead letter too, because an operator may be able to use it', async () => {
  await onBatch([record('nonsense'), record(eventOf('t-1', undefined, { type: 'other' }))])
  expect(await deadLetters()).toEqual([expect.stringContaining('JSON'), expect.stringContaining('other')])
})
