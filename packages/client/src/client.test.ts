import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createDpopKey } from '@holdfast/trust'
import { afterEach, expect, test } from 'vitest'
import { createClient } from './client.ts'
import { EngineUnreachableError } from './problem-details.ts'

const closings: Array<() => void> = []
afterEach(() => {
  for (const close of closings.splice(0)) close()
})

type Reaction = (request: IncomingMessage & { text: string }, response: ServerResponse) => void

/** An engine that handles each request as the list says, and the last ones as its end says. */
async function startEngine(...reactions: Reaction[]) {
  const seen: Array<{ method: string | undefined; url: string | undefined; headers: IncomingMessage['headers']; text: string }> = []
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const { method, url, headers } = request
    seen.push({ method, url, headers, text })
    const reaction = reactions[Math.min(seen.length, reactions.length) - 1]
    reaction?.(Object.assign(request, { text }), response)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closings.push(() => {
    server.closeAllConnections()
    server.close()
  })
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const retries = { attemptsMax: 4, pauseMs: 1, pauseMaxMs: 4 }
  return { seen, url, client: createClient({ url, token: 'a-token', retries, timeoutMs: 2000 }) }
}

const answer =
  (status: number, body: unknown, headers: Record<string, string> = {}): Reaction =>
  (_request, response) => {
    response.writeHead(status, { 'content-type': status < 400 ? 'application/json' : 'application/problem+json', ...headers })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  }
const refusal = (status: number, code: string) => answer(status, { type: 'about:blank', title: 't', status, detail: 'd', code })
const hangUp: Reaction = request => request.socket.destroy()

const receipt = {
  requestId: 'r1',
  caseReference: 'c',
  requestingCountry: 'SG',
  beneficiaryCountry: 'TL',
  phase: 'received',
  receivedAt: 'now',
}

test('a request that is still in progress is sent again with the same key', async () => {
  const { client, seen } = await startEngine(refusal(409, 'KEY_IN_FLIGHT'), answer(202, receipt))
  expect(await client.submit({ caseReference: 'c' }, { idempotencyKey: 'k1' })).toEqual({ ok: true, value: receipt })
  expect(seen).toHaveLength(2)
  for (const { method, url, headers, text } of seen)
    expect([method, url, headers['idempotency-key'], headers.authorization, headers['content-type'], text]).toEqual([
      'POST',
      '/v1/requests',
      'k1',
      'Bearer a-token',
      'application/json',
      '{"caseReference":"c"}',
    ])
})

test('each attempt with a bound token has its own proof, for its address and its token', async () => {
  const { url, seen } = await startEngine(refusal(409, 'KEY_IN_FLIGHT'), answer(202, receipt), answer(200, { requests: [] }))
  const tokens = ['a.b.1', 'a.b.2', 'a.b.3']
  const token = async () => tokens.shift() ?? ''
  const client = createClient({ url, token, dpop: createDpopKey(), retries: { attemptsMax: 4, pauseMs: 1, pauseMaxMs: 4 } })
  await client.submit({ caseReference: 'c' }, { idempotencyKey: 'k1' })
  await client.list({ limit: 3 })
  const proofs = seen.map(({ headers }) => JSON.parse(Buffer.from(String(headers.dpop).split('.')[1] ?? '', 'base64url').toString()))
  expect(seen.map(({ url: asked, headers }) => [asked, headers.authorization])).toEqual([
    ['/v1/requests', 'DPoP a.b.1'],
    ['/v1/requests', 'DPoP a.b.2'],
    ['/v1/requests?limit=3', 'DPoP a.b.3'],
  ])
  expect(proofs.map(({ htm, htu }) => `${htm} ${htu}`)).toEqual([
    `POST ${url}/v1/requests`,
    `POST ${url}/v1/requests`,
    `GET ${url}/v1/requests`,
  ])
  for (const claim of ['jti', 'ath'] as const) expect(new Set(proofs.map(proof => proof[claim])).size).toBe(3)
})

test('a call is retried if the engine is unreachable, disconnects or answers 503', async () => {
  const { client, seen } = await startEngine(hangUp, refusal(503, 'UNAVAILABLE'), answer(502, '<html>'), answer(202, receipt))
  expect((await client.submit({}, { idempotencyKey: 'k1' })).ok).toBe(true)
  expect(seen.map(({ headers }) => headers['idempotency-key'])).toEqual(['k1', 'k1', 'k1', 'k1'])
})

test('a call is retried if its answer is incomplete', async () => {
  const cut: Reaction = (request, response) => {
    response.writeHead(202, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"requestId":', () => request.socket.destroy())
  }
  const { client, seen } = await startEngine(cut, answer(202, receipt))
  expect(await client.submit({}, { idempotencyKey: 'k1' })).toEqual({ ok: true, value: receipt })
  expect(seen).toHaveLength(2)
})

test('the pause is not shorter than Retry-After', async () => {
  const { client } = await startEngine(
    (_request, response) => {
      response.writeHead(503, { 'retry-after': '1' })
      response.end()
    },
    answer(202, receipt),
  )
  const startedAt = performance.now()
  await client.submit({}, { idempotencyKey: 'k1' })
  expect(performance.now() - startedAt).toBeGreaterThan(950)
})

test('retries are limited: the last refusal is returned, the last fault is thrown', async () => {
  const refusing = await startEngine(refusal(503, 'UNAVAILABLE'))
  expect(await refusing.client.submit({}, { idempotencyKey: 'k1' })).toMatchObject({
    ok: false,
    error: { code: 'UNAVAILABLE', status: 503 },
  })
  expect(refusing.seen).toHaveLength(4)
  const silent = await startEngine(hangUp)
  await expect(silent.client.submit({}, { idempotencyKey: 'k1' })).rejects.toThrow(EngineUnreachableError)
  expect(silent.seen).toHaveLength(4)
})

test('an engine that accepts a connection and never answers times out', async () => {
  const { url } = await startEngine(() => undefined)
  const client = createClient({ url, token: 't', timeoutMs: 50, retries: { attemptsMax: 2, pauseMs: 1, pauseMaxMs: 1 } })
  await expect(client.list()).rejects.toThrow(`${url}: no answer in 50 ms`)
})

test('a final refusal is returned at once, with every problem', async () => {
  const problems = [{ code: 'MISSING', path: '/payment', message: 'is missing' }]
  const { client, seen } = await startEngine(answer(422, { title: 't', status: 422, code: 'MALFORMED', problems }))
  expect(await client.submit({}, { idempotencyKey: 'k1' })).toMatchObject({ ok: false, error: { code: 'MALFORMED', problems } })
  expect(seen).toHaveLength(1)
  const wrongState = await startEngine(refusal(409, 'WRONG_STATE'))
  expect((await wrongState.client.act('r1', 'Withdraw', { reason: 'x' }, { idempotencyKey: 'k' })).ok).toBe(false)
  expect(wrongState.seen).toHaveLength(1)
})

test('an answer that is not from an engine is reported, and a redirect is not followed', async () => {
  const page = await startEngine(answer(404, '<html>', { 'content-type': 'text/html' }))
  await expect(page.client.show('r1')).rejects.toThrow(/answered 404, but not like an engine/)
  expect(page.seen).toHaveLength(1)
  const hello = await startEngine(answer(200, 'hello'))
  await expect(hello.client.show('r1')).rejects.toThrow(/not JSON/)
  const moved = await startEngine((_request, response) => {
    response.writeHead(307, { location: page.url })
    response.end()
  })
  await expect(moved.client.show('r1')).rejects.toThrow(EngineUnreachableError)
  expect(page.seen).toHaveLength(1)
})

test('each attempt makes a new token', async () => {
  const { url, seen } = await startEngine(refusal(503, 'UNAVAILABLE'), answer(200, { requests: [] }))
  let count = 0
  const token = async () => `t${++count}`
  const client = createClient({ url, token, retries: { attemptsMax: 2, pauseMs: 1, pauseMaxMs: 1 } })
  await client.list({ phase: 'frozen', limit: 5, after: undefined })
  expect(seen.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2'])
  expect(seen[0]?.url).toBe('/v1/requests?phase=frozen&limit=5')
})

test("a key that is invalid in a header is the caller's mistake and is not retried", async () => {
  const { client, seen } = await startEngine(answer(202, receipt))
  await expect(client.submit({}, { idempotencyKey: 'a\nb' })).rejects.toThrow(TypeError)
  expect(seen).toHaveLength(0)
})

test('a command reaches its request, whatever characters the id has', async () => {
  const { client, seen } = await startEngine(answer(200, { commandId: 'c', outcome: 'applied' }))
  await client.act('../x', 'Withdraw', { reason: 'paid back' }, { idempotencyKey: 'k' })
  expect(seen[0]).toMatchObject({
    url: '/v1/requests/..%2Fx/commands',
    text: '{"command":"Withdraw","data":{"reason":"paid back"}}',
  })
})

test('a case is found by its reference, whatever characters it has, and lists and alerts by their query', async () => {
  const { client, seen } = await startEngine(answer(200, {}))
  await client.showCase('SG', 'SPF/2024 № 7?')
  await client.list({ caseReference: 'A&B', requestingCountry: 'SG', parent: 'r1' })
  await client.list({ sort: 'deadline', phase: ['verified', 'frozen'], beneficiaryCountry: 'TL' })
  await client.alerts({ after: '0:12,1:7', limit: 5 })
  await client.alerts({ after: '' })
  await client.alerts()
  expect(seen.map(({ url }) => url)).toEqual([
    '/v1/cases/SG/SPF%2F2024%20%E2%84%96%207%3F',
    '/v1/requests?caseReference=A%26B&requestingCountry=SG&parent=r1',
    '/v1/requests?sort=deadline&phase=verified&phase=frozen&beneficiaryCountry=TL',
    '/v1/alerts?after=0%3A12%2C1%3A7&limit=5',
    '/v1/alerts?after=',
    '/v1/alerts',
  ])
})

test('a request is returned with its whole history, however many pages that has', async () => {
  const facts = Array.from({ length: 5 }, (_, index) => ({ sequence: index + 1 }))
  const { client, seen } = await startEngine(
    answer(200, { request: { requestId: 'r1' }, history: facts.slice(3), nextCursor: '4', children: [] }),
    answer(200, { history: facts.slice(1, 3), nextCursor: '2' }),
    answer(200, { history: facts.slice(0, 1) }),
  )
  expect(await client.show('r1')).toEqual({ ok: true, value: { request: { requestId: 'r1' }, history: facts, children: [] } })
  expect(seen.map(({ url }) => url)).toEqual(['/v1/requests/r1', '/v1/requests/r1/history?after=4', '/v1/requests/r1/history?after=2'])
  const refusing = await startEngine(
    answer(200, { request: {}, history: [], nextCursor: '4', children: [] }),
    refusal(404, 'REQUEST_UNKNOWN'),
  )
  expect(await refusing.client.show('r1')).toMatchObject({ ok: false, error: { code: 'REQUEST_UNKNOWN' } })
  const circling = await startEngine(answer(200, { request: {}, history: [], nextCursor: '4', children: [] }))
  expect((await circling.client.show('r1')).ok).toBe(true)
  expect(circling.seen).toHaveLength(2)
})

test('an abort ends a call in its pause', async () => {
  const { client, seen } = await startEngine(answer(503, '', { 'retry-after': '30' }))
  const abort = new AbortController()
  const submitted = client.submit({}, { idempotencyKey: 'k', signal: abort.signal })
  await expect.poll(() => seen.length).toBe(1)
  abort.abort()
  await expect(submitted).rejects.toThrow(/abort/i)
})
