import { createHttp } from '@holdfast/http'
import { paymentStop } from '@holdfast/payment-stop'
import { camt056OfRequest, formatMessage } from '@holdfast/payment-stop/iso20022'
import type { Command, FreezeRequest, Receipt } from '@holdfast/payment-stop/language'
import { type Drivers, silentLogger } from '@holdfast/runtime'
import { accepted, type MemberActor, topics } from '@holdfast/schemas'
import type { ServiceContext } from '@holdfast/service-kit'
import { StreamUnavailableError } from '@holdfast/streams'
import { type OpenDrivers, openDrivers } from '@holdfast/test-kit/open-drivers'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret, fingerprintOf, requestIdFor } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { postRequests } from './post-requests.ts'
import { createReceivedBefore } from './received-before.ts'

let backends: OpenDrivers
let nowMs: number
/** Whether the broker accepts records but its confirmation is lost. */
let isDeaf: boolean
const clock = { now: () => new Date(nowMs) }
let drivers: Drivers
let http: ServiceContext['http']
const day = 24 * 3_600_000
const ncb: MemberActor = { country: 'SG', role: 'system', person: 'ncb' }
let sender = ncb
beforeEach(async () => {
  backends = await openDrivers('intake', { clock })
  drivers = backends.drivers
  isDeaf = false
  sender = ncb
  nowMs = Date.parse('2024-07-23T02:25:00Z')
  await drivers.streams.ensureTopics(Object.values(topics))
  const verify = async () => accepted({ ...sender, tokenEndsAt: new Date('2100-01-01') })
  http = createHttp({ log: silentLogger, whyNotReady: async () => [], verify })
  const { streams } = drivers
  const context = {
    ...drivers,
    streams: {
      ...streams,
      async publish(...what: Parameters<typeof streams.publish>) {
        await streams.publish(...what)
        if (isDeaf) throw new StreamUnavailableError('no confirmation from the broker')
      },
    },
    http,
    verify,
    secret: createEngineSecret(Buffer.alloc(32, 1)),
    clock,
    log: silentLogger,
  } as unknown as ServiceContext
  await postRequests(paymentStop, context, await createReceivedBefore(paymentStop, context))
})
afterEach(async () => {
  await http.close()
  await backends.close()
})

async function post(
  payload: string | Buffer,
  { key = 'key-1', mediaType = 'application/xml' }: { key?: string | null; mediaType?: string } = {},
) {
  const headers = { 'content-type': mediaType, ...(key === null ? {} : { 'idempotency-key': key }) }
  const response = await http.inject({ method: 'POST', url: '/v1/requests', headers, payload })
  return { status: response.statusCode, text: response.body, json: response.json() as { code: string; problems: { path: string }[] } }
}
type OpenRequest = Extract<Command, { type: 'holdfast.command.v1.OpenRequest' }>
async function commands(): Promise<OpenRequest[]> {
  const end = await drivers.streams.endOffset(topics.commands.name, 0)
  const found: OpenRequest[] = []
  for await (const records of drivers.streams.read(topics.commands.name, 0, 0, end))
    found.push(...records.map(({ value }) => JSON.parse(value) as OpenRequest))
  return found
}
const opened = async () => (await commands()).map(({ data }) => data.request)
const ids = async () => (await commands()).map(({ id }) => id)

const request = buildRequest()
function xmlOf(document: FreezeRequest, supplemented = true): string {
  const made = camt056OfRequest(document, { id: 'CXL-1', createdAt: '2024-07-23T10:20:00+08:00' })
  if (!made.ok) throw new Error(JSON.stringify(made.error))
  const { supplement, ...bare } = made.value.body
  const written = formatMessage({ ...made.value, body: supplemented ? { ...bare, supplement } : bare })
  if (!written.ok) throw new Error(JSON.stringify(written.error))
  return written.value
}

describe('a camt.056', () => {
  test('with our supplement is the same request as its JSON', async () => {
    const receipt = await post(xmlOf(request))
    expect([receipt.status, receipt.json]).toEqual([
      202,
      expect.objectContaining({ caseReference: request.caseReference, phase: 'received' }),
    ])
    expect(await opened()).toEqual([request])
  })

  test('that is repeated under its key gets the identical receipt', async () => {
    const first = await post(xmlOf(request))
    expect(await post(xmlOf(request), { mediaType: 'text/xml' })).toEqual(first)
    expect(await opened()).toHaveLength(1)
    const other = await post(xmlOf(buildRequest({ caseReference: 'SG-2' })))
    expect([other.status, other.json.code]).toEqual([422, 'KEY_REUSED'])
  })

  test('without a supplement is refused with every missing field', async () => {
    const answer = await post(xmlOf(request, false))
    expect([answer.status, answer.json.code]).toEqual([422, 'MALFORMED'])
    expect(answer.json.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/contact', '/offence', '/attestations', '/handling', '/victim', '/reportedAt']),
    )
    expect(await opened()).toEqual([])
  })

  test('needs a key as every request does, and may not be of another country', async () => {
    expect((await post(xmlOf(request), { key: null })).json.code).toBe('KEY_MISSING')
    const abroad = buildRequest({ requestingCountry: 'MY' })
    expect((await post(xmlOf(abroad))).json.code).toBe('NOT_YOUR_COUNTRY')
  })
})

test.each([
  ['that is not XML', 'nonsense'],
  ['with an entity', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['that answers', '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.10"><PmtRtr/></Document>'],
  ['in an unsupported encoding', Buffer.from([0x3c, 0x00, 0x61, 0x00])],
])('a message %s is refused with its problems', async (_what, body) => {
  const answer = await post(body)
  expect([answer.status, answer.json.code]).toEqual([422, 'MALFORMED'])
  expect(answer.json.problems.length).toBeGreaterThan(0)
})

test('a request in JSON is accepted at the same endpoint', async () => {
  expect((await post(JSON.stringify(request), { mediaType: 'application/json' })).status).toBe(202)
  expect((await post('x', { mediaType: 'text/plain' })).status).toBe(415)
})

test('the General Secretariat can neither send nor receive a request, because it would be able to read it', async () => {
  const sent = async (overrides: Parameters<typeof buildRequest>[0]) =>
    (await post(JSON.stringify(buildRequest(overrides)), { mediaType: 'application/json' })).json.code
  expect(await sent({ beneficiaryCountry: 'XP' })).toBe('NOT_PERMITTED')
  sender = { ...ncb, country: 'XP' }
  expect(await sent({ requestingCountry: 'XP' })).toBe('NOT_PERMITTED')
  expect(await opened()).toEqual([])
})

const inJson = (document: FreezeRequest) => post(JSON.stringify(document), { mediaType: 'application/json' })

describe('an idempotency key', () => {
  test('that was forgotten and reused for another document opens another request', async () => {
    const other = buildRequest({ caseReference: 'SG-2' })
    const first = await inJson(request)
    expect((await inJson(other)).json.code).toBe('KEY_REUSED')
    nowMs += 31 * day
    const second = await inJson(other)
    expect(second.status).toBe(202)
    expect(second.json).not.toMatchObject({ requestId: (first.json as unknown as Receipt).requestId })
    expect(await opened()).toEqual([request, other])
  })

  test('with an unknown outcome cannot be reused for another document, before or after it is forgotten', async () => {
    const other = buildRequest({ caseReference: 'SG-2' })
    isDeaf = true
    expect((await inJson(request)).status).toBe(503)
    isDeaf = false
    expect((await inJson(other)).json.code).toBe('KEY_REUSED')
    nowMs += 31 * day
    expect((await inJson(other)).status).toBe(202)
    nowMs += 31 * day
    expect((await inJson(request)).status).toBe(202)
    // The repeat is the same command, which the ledger drops.
    expect(await opened()).toEqual([request, other, request])
    const [first, second, again] = await ids()
    expect([again, second === first]).toEqual([first, false])
  })

  test('whose first confirmation was lost gets a receipt with the instant of the first attempt, as in its command', async () => {
    isDeaf = true
    expect((await inJson(request)).status).toBe(503)
    isDeaf = false
    const first = new Date(nowMs).toISOString()
    nowMs += 60_000
    expect((await inJson(request)).json).toMatchObject({ receivedAt: first })
    expect((await commands()).map(({ time }) => time)).toEqual([first, first])
  })

  test('that was forgotten still makes the same request of the same document, but another one at another engine', async () => {
    const of = async () => ((await inJson(request)).json as unknown as Receipt).requestId
    const id = await of()
    nowMs += 31 * day
    expect(await of()).toBe(id)
    const content = fingerprintOf('SG', 'POST /v1/requests', request)
    const idAt = (engine: number) => requestIdFor(createEngineSecret(Buffer.alloc(32, engine)), 'SG', 'key-1', content)
    expect([idAt(1), idAt(2) === id]).toEqual([id, false])
  })
})
