import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { camt056OfRequest, formatMessage } from '@holdfast/iso20022'
import { accepted, type Command, type FreezeRequest, type MemberActor, topics } from '@holdfast/schemas'
import {
  configSchemaWithPort,
  createDrivers,
  createHttp,
  type Drivers,
  type ServiceContext,
  silentLogger,
  systemClock,
} from '@holdfast/service-kit'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret } from '@holdfast/trust'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { postRequests } from './post-requests.ts'

let folder: string
let drivers: Drivers
let http: ServiceContext['http']
const ncb: MemberActor = { country: 'SG', role: 'system', person: 'ncb' }
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-intake-'))
  drivers = createDrivers(configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder }), 'intake', systemClock, silentLogger)
  await drivers.streams.ensureTopics(Object.values(topics))
  const verify = async () => accepted({ ...ncb, tokenEndsAt: new Date('2100-01-01') })
  http = createHttp({ log: silentLogger, ready: async () => undefined, verify })
  await postRequests({
    ...drivers,
    http,
    verify,
    secret: createEngineSecret(Buffer.alloc(32, 1)),
    clock: systemClock,
    log: silentLogger,
  } as unknown as ServiceContext)
})
afterEach(async () => {
  await http.close()
  await drivers.close()
  rmSync(folder, { recursive: true, force: true })
})

async function post(
  payload: string | Buffer,
  { key = 'key-1', mediaType = 'application/xml' }: { key?: string | null; mediaType?: string } = {},
) {
  const headers = { 'content-type': mediaType, ...(key === null ? {} : { 'idempotency-key': key }) }
  const response = await http.inject({ method: 'POST', url: '/v1/requests', headers, payload })
  return { status: response.statusCode, text: response.body, json: response.json() as { code: string; problems: { path: string }[] } }
}
async function opened(): Promise<FreezeRequest[]> {
  const end = await drivers.streams.endOffset(topics.commands.name, 0)
  const found: FreezeRequest[] = []
  for await (const records of drivers.streams.read(topics.commands.name, 0, 0, end))
    for (const { value } of records)
      found.push((JSON.parse(value) as Extract<Command, { type: 'holdfast.command.v1.OpenRequest' }>).data.request)
  return found
}

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
  test('with our supplement is the request that it was made of', async () => {
    const receipt = await post(xmlOf(request))
    expect([receipt.status, receipt.json]).toEqual([
      202,
      expect.objectContaining({ caseReference: request.caseReference, state: 'received' }),
    ])
    expect(await opened()).toEqual([request])
  })

  test('that comes again under its key gets the first receipt byte for byte', async () => {
    const first = await post(xmlOf(request))
    expect(await post(xmlOf(request), { mediaType: 'text/xml' })).toEqual(first)
    expect(await opened()).toHaveLength(1)
    const other = await post(xmlOf(buildRequest({ caseReference: 'SG-2' })))
    expect([other.status, other.json.code]).toEqual([422, 'KEY_REUSED'])
  })

  test('of a bank that has no supplement is told what is missing, field for field', async () => {
    const answer = await post(xmlOf(request, false))
    expect([answer.status, answer.json.code]).toEqual([422, 'MALFORMED'])
    expect(answer.json.problems.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/contact', '/offence', '/attestations', '/handling', '/victim', '/reportedAt']),
    )
    expect(await opened()).toEqual([])
  })

  test('needs a key as every request does, and is no request of another country', async () => {
    expect((await post(xmlOf(request), { key: null })).json.code).toBe('KEY_MISSING')
    const abroad = buildRequest({ requestingCountry: 'MY' })
    expect((await post(xmlOf(abroad))).json.code).toBe('NOT_YOUR_COUNTRY')
  })
})

test.each([
  ['that is no XML', 'nonsense'],
  ['with an entity', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
  ['that answers', '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.10"><PmtRtr/></Document>'],
  ['in an encoding that nobody reads', Buffer.from([0x3c, 0x00, 0x61, 0x00])],
])('a message %s is refused with what is wrong', async (_what, body) => {
  const answer = await post(body)
  expect([answer.status, answer.json.code]).toEqual([422, 'MALFORMED'])
  expect(answer.json.problems.length).toBeGreaterThan(0)
})

test('a request in JSON is taken as ever', async () => {
  expect((await post(JSON.stringify(request), { mediaType: 'application/json' })).status).toBe(202)
  expect((await post('x', { mediaType: 'text/plain' })).status).toBe(415)
})
