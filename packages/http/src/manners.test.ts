import { pbkdf2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import { accepted, refused } from '@holdfast/schemas'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { packedBytesMin } from './compress-answers.ts'
import { createHttp } from './create-http.ts'
import { sendRefusal } from './problem-details.ts'
import { sendTagged } from './send-tagged.ts'

// What HTTP requires of an answer besides its body.

const pbkdf2Async = promisify(pbkdf2)
const logged: string[] = []
const http = createHttp({
  log: pino({ level: 'error' }, { write: (line: string) => void logged.push(line) }),
  whyNotReady: async () => [],
  verify: async authorization =>
    authorization === 'Bearer good'
      ? accepted({ country: 'SG', role: 'officer', person: 'a.tan', tokenEndsAt: new Date('2100-01-01') })
      : refused({ code: 'UNAUTHENTICATED', message: 'the token has "expired"' }),
})
let url = ''
let posted = 0
const long = JSON.stringify({ text: 'freeze '.repeat(packedBytesMin) })
const middle = JSON.stringify({ text: 'f'.repeat(2 * packedBytesMin) })

/** It takes longer to compress than to request the others. */
const slow = randomBytes(1_500_000).toString('base64')

beforeAll(async () => {
  http.get('/v1/slow', async (_request, reply) => reply.type('text/plain').send(slow))
  http.get('/v1/long', async (_request, reply) => reply.type('application/json').send(long))
  http.get('/v1/middle', async (_request, reply) => reply.type('application/json').send(middle))
  http.get('/v1/short', async () => ({ short: true }))
  http.get('/v1/order', async (_request, reply) => sendTagged(reply, '<Document/>', 'application/xml'))
  http.get('/v1/listed', { config: { takesQuery: true } }, async request => request.query)
  http.get('/v1/throws', async () => {
    throw new Error('unforeseen')
  })
  http.get('/v1/refuses', (_request, reply) => sendRefusal(reply, { code: 'TOKEN_TOO_LONG', message: 'é "ten minutes"\nat most' }))
  http.get('/v1/forbids', (_request, reply) => sendRefusal(reply, { code: 'NOT_PERMITTED', message: 'not for officers' }))
  http.post('/v1/things', async () => ({ posted: ++posted }))
  await http.register(async scope => {
    scope.addContentTypeParser('application/xml', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    scope.post('/v1/messages', { config: { takes: ['application/json', 'application/xml'] } }, async () => ({}))
  })
  url = await http.listen({ host: '127.0.0.1', port: 0 })
})
afterAll(() => http.close())

const ask = (path: string, headers: Record<string, string> = {}, init: RequestInit = {}) =>
  fetch(`${url}${path}`, { ...init, headers: { authorization: 'Bearer good', ...headers } })
const post = (path: string, type = 'application/json') => ask(path, { 'content-type': type }, { method: 'POST', body: '{}' })

test('each answer has its own id, which its problem details and log line contain too', async () => {
  const [first, second] = [await ask('/v1/short', { 'x-request-id': 'mine' }), await ask('/v1/short')]
  const ids = [first, second].map(({ headers }) => headers.get('x-request-id'))
  expect(new Set(ids).size).toBe(2)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/)
  const thrown = await ask('/v1/throws')
  const id = thrown.headers.get('x-request-id')
  expect(await thrown.json()).toMatchObject({ code: 'INTERNAL', instance: `urn:uuid:${id}` })
  expect(logged.map(line => JSON.parse(line).httpRequestId)).toContain(id)
})

test.each(['/v1/short', '/v1/things'])('an unknown parameter of %s is refused, whatever the method', async path => {
  const response = path === '/v1/things' ? await post(`${path}?dryRun=true&a%2Fb=1`) : await ask(`${path}?dryRun=true&a%2Fb=1`)
  expect([response.status, await response.json()]).toMatchObject([
    422,
    {
      code: 'QUERY_MALFORMED',
      title: 'The query parameters are invalid',
      problems: [
        { code: 'UNKNOWN', path: '/dryRun' },
        { code: 'UNKNOWN', path: '/a~1b' },
      ],
    },
  ])
  expect(posted).toBe(0)
  expect(await (await ask('/v1/listed?limit=1')).json()).toEqual({ limit: '1' })
  expect((await ask('/health/live?probe=1')).status).toBe(200)
})

test('the challenge states why a token is refused, in characters that are valid in a header', async () => {
  const challengeOf = async (path: string, headers: Record<string, string> = {}) =>
    (await ask(path, headers)).headers.get('www-authenticate')
  expect(await challengeOf('/v1/refuses')).toBe(`Bearer error="invalid_token", error_description="? 'ten minutes'?at most"`)
  expect(await challengeOf('/v1/short', { authorization: 'Bearer bad' })).toBe(
    `Bearer error="invalid_token", error_description="the token has 'expired'"`,
  )
  expect(await challengeOf('/v1/forbids')).toBe('Bearer error="insufficient_scope", error_description="not for officers"')
  expect((await fetch(`${url}/v1/short`)).headers.get('www-authenticate')).toBe('Bearer')
})

test.each([
  ['/v1/things', 'application/json'],
  ['/v1/messages', 'application/json, application/xml'],
])('an unsupported media type at %s is answered with the supported ones', async (path, types) => {
  const response = await post(path, 'text/csv')
  expect([response.status, response.headers.get('accept-post')]).toEqual([415, types])
  expect(await response.json()).toMatchObject({ detail: `send ${types.replaceAll(', ', ' or ')}` })
})

test('a long answer is compressed if its client prefers that, and a short one never', async () => {
  const encodingOf = async (path: string, accepts: string) => {
    const response = await ask(path, { 'accept-encoding': accepts })
    if (path === '/v1/long') expect(await response.text()).toBe(long)
    return [response.headers.get('content-encoding'), response.headers.get('vary')]
  }
  expect(await encodingOf('/v1/long', 'gzip, deflate, br')).toEqual(['gzip', 'accept-encoding'])
  expect(await encodingOf('/v1/long', 'gzip;q=0, br')).toEqual([null, 'accept-encoding'])
  expect(await encodingOf('/v1/long', 'identity, gzip;q=0.5')).toEqual([null, 'accept-encoding'])
  expect(await encodingOf('/v1/short', 'gzip')).toEqual([null, null])
})

test('a request with its facts is compressed at once, even while every pool thread is busy', async () => {
  const order: string[] = []
  const threads = Array.from({ length: 4 }, () => pbkdf2Async('p', 's', 1_000_000, 32, 'sha512').then(() => order.push('thread')))
  const response = await ask('/v1/middle', { 'accept-encoding': 'gzip' })
  order.push('answer')
  expect([response.headers.get('content-encoding'), await response.text()]).toEqual(['gzip', middle])
  await Promise.all(threads)
  expect(order).toEqual(['answer', 'thread', 'thread', 'thread', 'thread'])
})

test('beyond two at once, answers are sent uncompressed', async () => {
  const many = await Promise.all(Array.from({ length: 20 }, () => ask('/v1/slow', { 'accept-encoding': 'gzip' })))
  const packed = many.filter(({ headers }) => headers.get('content-encoding') === 'gzip')
  expect(packed.length).toBeGreaterThan(0)
  expect(packed.length).toBeLessThan(20)
  for (const response of many) expect(await response.text()).toBe(slow)
})

test('constant content has a tag, and is not sent again to a client that has it', async () => {
  const first = await ask('/v1/order')
  const tag = first.headers.get('etag') ?? ''
  expect([tag, await first.text()]).toEqual([expect.stringMatching(/^W\/"[\w-]{43}"$/), '<Document/>'])
  for (const known of [tag, tag.slice(2), `"another", ${tag}`, '*']) {
    const again = await ask('/v1/order', { 'if-none-match': known })
    expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, tag, ''])
  }
  expect((await ask('/v1/order', { 'if-none-match': '"another"' })).status).toBe(200)
})
