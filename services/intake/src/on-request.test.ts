import { createCountryTopics, createDeadLetters, type Drivers, silentLogger } from '@holdfast/runtime'
import {
  accepted,
  type Command,
  commandSchema,
  type DeadLetter,
  type MemberRole,
  type Notification,
  notificationSchema,
  notificationsTopic,
  refused,
  topics,
} from '@holdfast/schemas'
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
/** How often something was published to a topic. */
let publishes: string[]
let nowMs: number
const clock = { now: () => new Date(nowMs) }
const day = 24 * 3_600_000

const signer = createEngineSigner(createEngineSecret(Buffer.alloc(32, 1)))
const { privateKey, publicKey } = makeKey('k1')
const singapore: Member = { country: 'SG', name: 'Singapore', keys: { keys: [publicKey] } }

/** Tokens that name their sender, such as `Bearer SG/system/ncb`, `Bearer SG/system/ncb signs` of one that signs its events, `… long` one that lives too long, `… expired` one that its key has signed and that has expired; anything else is none. */
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
    ...drivers,
    streams: counted,
    receivedBefore: await createReceivedBefore(drivers),
    verify,
    verifyEvent: createEventVerifier({ members: new Map([['SG', singapore]]), now: clock.now, clockSkewSeconds: 60 }),
    secret: createEngineSecret(Buffer.alloc(32, 1)),
    signer,
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
afterEach(() => backends.close())

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
const notices = async (country = 'SG') =>
  (await eventsIn<Notification>(notificationsTopic(country).name)).map(notice => notificationSchema.parse(notice))
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
        phase: 'received',
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
    expect([(await told()).length, publishes]).toEqual([200, [notificationsTopic('SG').name]])
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

  test('needs no token, and its signature stays with the command that it asks for', async () => {
    const event = eventOf('s-1')
    const signature = sign(event)
    await onBatch([signed(event, signature)])
    expect(await letters()).toEqual([])
    expect(await told()).toMatchObject([{ kind: 'received', eventId: 's-1' }])
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
    expect(await told()).toMatchObject([{ kind: 'received', eventId: 's-2' }])
  })

  test('with a problem in its document is refused, and its sender is told', async () => {
    await onBatch([signed(eventOf('s-3', { ...buildRequestNumber(1), reason: 'FRAUD' }))])
    expect(await told()).toMatchObject([{ kind: 'refusedAtDoor', code: 'MALFORMED', eventId: 's-3', problems: [{ path: '/reason' }] }])
  })

  test('that is sent again, and signed anew, is the same request', async () => {
    const event = eventOf('s-4')
    await onBatch([signed(event)])
    nowMs += 1000
    await onBatch([signed(event)])
    expect([(await opened()).length, (await told()).length]).toEqual([1, 2])
  })

  test('waits as long as it likes once the broker has it, and is judged by when that was', async () => {
    const event = eventOf('s-5')
    const sent = { ...signed(event), timestampMs: Date.now() }
    nowMs += day
    await onBatch([{ ...sent, timestampMs: sent.timestampMs - day }])
    expect(await told()).toMatchObject([{ kind: 'received' }])
    await onBatch([signed(eventOf('s-6'), sign(eventOf('s-6'), 'ncb', new Date(nowMs - 661_000)))])
    expect(await letters()).toEqual([expect.stringContaining('the signature has expired')])
  })

  test.each([
    ['that has expired', () => signed(eventOf('s-8'), sign(eventOf('s-8'), 'ncb', new Date(nowMs - 661_000))), 'the signature has expired'],
    ['of a person that its key may not name', () => signed(eventOf('s-8'), sign(eventOf('s-8'), 'a b')), 'does not name a person'],
  ])('%s is told to the country whose key has signed it, by the name of the event', async (_what, recordOf, why) => {
    const sent = recordOf()
    await onBatch([sent])
    await onBatch([sent])
    const [first, again] = await notices()
    expect(again).toEqual(first)
    expect(first?.data).toMatchObject({ kind: 'refusedAtDoor', country: 'SG', eventId: 's-8', eventSource: '/ncb/sg' })
    expect(first?.data).toMatchObject({ code: 'UNAUTHENTICATED', message: expect.stringContaining(why), problems: [] })
    expect(await letters()).toContainEqual(expect.stringContaining(why))
    expect(await opened()).toEqual([])
  })

  test('that has expired is told a hundred times a day and no more, and the day after again', async () => {
    const expired = (id: string) => signed(eventOf(id), sign(eventOf(id), 'ncb', new Date(nowMs - 661_000)))
    await onBatch(Array.from({ length: 130 }, (_, n) => expired(`x-${n}`)))
    expect((await told()).length).toBe(100)
    nowMs += day
    await onBatch([expired('x-next')])
    expect((await told()).length).toBe(101)
  })

  test.each([
    ['under another id', () => signed(eventOf('other'), sign(eventOf('s-7'))), 'the event is not signed by a key of the member it names'],
    ['of another document', () => signed(eventOf('s-7', buildRequestNumber(2)), sign(eventOf('s-7'))), 'the event is not signed'],
    ['with a token beside it', () => signed(eventOf('s-7'), undefined, { authorization: 'Bearer SG/system/ncb' }), 'has both headers'],
    ['that is a token', () => signed(eventOf('s-7'), 'a.b.c'), 'no JWS'],
    ['of what is no event', () => ({ ...signed(eventOf('s-7')), value: '{' }), 'of no event that can be read'],
    ['that is missing, as is a token', () => ({ ...record(eventOf('s-7')), headers: {} }), 'has neither header'],
  ])('%s is nobody’s, and is kept with the reason', async (_what, recordOf, why) => {
    await onBatch([recordOf()])
    expect(await letters()).toEqual([expect.stringContaining(`UNAUTHENTICATED: `)])
    expect((await letters())[0]).toContain(why)
    expect([await told(), await opened()]).toEqual([[], []])
  })
})

describe('a record with a media type that is made to be read slowly', () => {
  const hostile = `application/json;charset=${' '.repeat(12_000)}""x`
  // A reader that backtracks stops intake for minutes, longer than a test may take, and again after each restart: the record is not committed.
  test.each([
    ['content-type', () => record(eventOf('h-1'), { authorization: '', signature: 'any', 'content-type': hostile }), 'content-type'],
    [
      'datacontenttype',
      () => record(eventOf('h-1', undefined, { datacontenttype: hostile }), { authorization: '', signature: 'any' }),
      '/datacontenttype',
    ],
  ])('in %s, and any signature, is kept at once with its reason', async (_what, recordOf, place) => {
    await onBatch([recordOf()])
    const reason = `UNAUTHENTICATED: its signature is of no event that can be read: ${place} must have at most 256 characters`
    expect(await letters()).toEqual([expect.stringContaining(reason)])
    expect([await told(), await opened()]).toEqual([[], []])
  })

  test('and a token is refused at once, and its sender is told', async () => {
    await onBatch([record(eventOf('h-2'), { 'content-type': hostile })])
    await onBatch([record(eventOf('h-3', undefined, { datacontenttype: hostile }))])
    const message = 'must have at most 256 characters'
    expect(await told()).toMatchObject([
      { kind: 'refusedAtDoor', code: 'UNSUPPORTED_MEDIA_TYPE', problems: [{ path: 'content-type', message }] },
      { kind: 'refusedAtDoor', code: 'MALFORMED', eventId: 'h-3', problems: [{ path: '/datacontenttype', message }] },
    ])
  })
})

describe('a token by which nobody may act, of a key that is known', () => {
  test.each([
    ['that has expired', 'expired', 'UNAUTHENTICATED', 'the token has expired'],
    ['that lives for too long', 'long', 'TOKEN_TOO_LONG', '600 seconds at most'],
    ['of who signs its events', 'signs', 'UNAUTHENTICATED', 'this sender signs its events'],
  ])('%s is told to its country by the place of the record, and nothing that stands there', async (_what, how, code, why) => {
    const sent = record(eventOf('t-1'), { authorization: `Bearer SG/system/ncb ${how}` })
    await onBatch([sent])
    expect(await told()).toEqual([
      {
        kind: 'refusedAtDoor',
        country: 'SG',
        eventId: '',
        eventSource: '',
        place: `${sent.topic}/0/${sent.offset}`,
        code,
        message: expect.stringContaining(why),
        problems: [],
      },
    ])
    expect([await letters(), await opened()]).toEqual([[expect.stringContaining(`${code}: `)], []])
  })
})

test('each notice is signed by the engine, as an order is', async () => {
  await onBatch([record(eventOf('sig-1')), record(eventOf('sig-2', { ...buildRequestNumber(1), reason: 'NONE' }))])
  const whyNot = createEngineSignatureVerifier([signer.key])
  const sent = await notices()
  expect(sent.map(({ data }) => data.kind).sort()).toEqual(['received', 'refusedAtDoor'])
  for (const notice of sent) {
    expect(whyNot(notice)).toBeUndefined()
    expect(whyNot({ ...notice, data: { ...notice.data, country: 'TL' } })).toContain('of another notice')
  }
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
