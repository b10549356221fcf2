import { silentLogger } from '@holdfast/runtime'
import { accepted, refused } from '@holdfast/schemas'
import type { OperatorSessions, Sessions } from '@holdfast/trust'
import type { FastifyInstance } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { callerOf, operatorOf } from './admit.ts'
import { cookieText, readCookie } from './cookies.ts'
import { createHttp } from './create-http.ts'
import { createOwnOrigin } from './own-origin.ts'
import type { Quotas } from './rate-limits.ts'
import { createSessionVerifier, sessionCookie } from './session-cookie.ts'

let http: FastifyInstance | undefined
afterEach(() => http?.close())

const actor = { country: 'SG', role: 'officer', person: 'a.tan', tokenEndsAt: new Date('2100-01-01') } as const
/** The session `good` belongs to the person of the token `Bearer good`. */
const verify: Sessions['verify'] = async text =>
  text === 'good'
    ? accepted({ ...actor, signedInAt: new Date('2026-03-02T08:00:00Z') })
    : refused({ code: 'UNAUTHENTICATED', message: 'the session has ended' })

/** The session `runs` belongs to an operator. */
const verifyOperator: OperatorSessions['verify'] = async text =>
  text === 'runs'
    ? accepted({ person: 'night', tokenEndsAt: new Date('2100-01-01'), signedInAt: new Date('2026-03-02T08:00:00Z') })
    : refused({ code: 'UNAUTHENTICATED', message: 'sign in as an operator' })
const ownOrigin = createOwnOrigin({ HOLDFAST_DESK_URL: undefined })

async function open(quotas?: Quotas): Promise<string> {
  http = createHttp({
    log: silentLogger,
    whyNotReady: async () => [],
    verify: async authorization =>
      authorization === 'Bearer good' ? accepted(actor) : refused({ code: 'UNAUTHENTICATED', message: 'no token' }),
    verifyOperator: async authorization =>
      authorization === 'Bearer operator'
        ? accepted({ person: 'o', tokenEndsAt: new Date('2100-01-01') })
        : refused({ code: 'UNAUTHENTICATED', message: 'no operator' }),
    verifySession: createSessionVerifier({ verify }, ownOrigin),
    verifyOperatorSession: createSessionVerifier({ verify: verifyOperator }, ownOrigin),
    ...(quotas ? { quotas } : {}),
  })
  http.get('/who', async request => callerOf(request))
  http.post('/commands', async request => ({ by: callerOf(request).person }))
  http.get('/letters', { config: { forOperators: true } }, async () => ({ letters: [] }))
  http.post('/letters', { config: { forOperators: true } }, async request => ({ by: operatorOf(request).person }))
  http.get('/any-principal', { config: { alsoForOperators: true } }, async request => ({
    operator: request.operator?.person,
    member: request.caller?.person,
  }))
  return http.listen({ host: '127.0.0.1', port: 0 })
}
const cookie = `theme=dark; ${sessionCookie}=good`
const operatorsCookie = `${sessionCookie}=runs`
const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code?: string }).code]

describe('a session', () => {
  test('authenticates its person, with the time of the sign-in', async () => {
    const url = await open()
    expect(await (await fetch(`${url}/who`, { headers: { cookie } })).json()).toMatchObject({
      country: 'SG',
      role: 'officer',
      person: 'a.tan',
      signedInAt: '2026-03-02T08:00:00.000Z',
    })
    expect(await codeOf(await fetch(`${url}/who`, { headers: { cookie: `${sessionCookie}=bad` } }))).toEqual([401, 'UNAUTHENTICATED'])
  })

  test('is ignored if there is a token, good or bad, and a client with neither is refused', async () => {
    const url = await open()
    expect(await (await fetch(`${url}/who`, { headers: { cookie, authorization: 'Bearer good' } })).json()).not.toHaveProperty('signedInAt')
    expect((await fetch(`${url}/who`, { headers: { cookie, authorization: 'Bearer bad' } })).status).toBe(401)
    expect((await fetch(`${url}/who`, { headers: { cookie, authorization: '' } })).status).toBe(401)
    expect((await fetch(`${url}/who`, { headers: { cookie: `x${sessionCookie}=good` } })).status).toBe(401)
  })

  test('can write only from the page of its own desk, and refused bodies are not read', async () => {
    const url = await open()
    const post = (headers: Record<string, string>) =>
      fetch(`${url}/commands`, { method: 'POST', body: '{}', headers: { cookie, 'content-type': 'application/json', ...headers } })
    expect((await post({ origin: url })).status).toBe(200)
    const foreign = await post({ origin: 'https://evil.example' })
    expect(foreign.headers.get('connection')).toBe('close')
    expect(await codeOf(foreign)).toEqual([403, 'FOREIGN_ORIGIN'])
    expect(await codeOf(await post({}))).toEqual([403, 'FOREIGN_ORIGIN'])
  })

  test('gives no access to operator routes', async () => {
    const url = await open()
    expect((await fetch(`${url}/letters`, { headers: { cookie } })).status).toBe(401)
    expect((await fetch(`${url}/letters`, { headers: { cookie, authorization: 'Bearer operator' } })).status).toBe(200)
  })

  test('has no quota of its own: it uses that of its member role', async () => {
    const url = await open({ requests: { perSecond: 0.01, atOnce: 2 }, bytes: { perSecond: 1e9, atOnce: 1e9 } })
    expect((await fetch(`${url}/who`, { headers: { cookie } })).status).toBe(200)
    expect((await fetch(`${url}/who`, { headers: { authorization: 'Bearer good' } })).status).toBe(200)
    expect((await fetch(`${url}/who`, { headers: { cookie } })).status).toBe(429)
  })
})

describe('the session of an operator', () => {
  test('gives access to operator routes and shared routes, and not to member routes', async () => {
    const url = await open()
    const statusOf = async (path: string, cookies: string) => (await fetch(`${url}${path}`, { headers: { cookie: cookies } })).status
    expect([await statusOf('/letters', operatorsCookie), await statusOf('/letters', cookie)]).toEqual([200, 401])
    expect([await statusOf('/who', operatorsCookie), await statusOf('/who', cookie)]).toEqual([401, 200])
    const whoIs = async (headers: Record<string, string>) => (await fetch(`${url}/any-principal`, { headers })).json()
    expect(await whoIs({ cookie: operatorsCookie })).toEqual({ operator: 'night' })
    expect(await whoIs({ cookie })).toEqual({ member: 'a.tan' })
    expect(await whoIs({ authorization: 'Bearer operator' })).toEqual({ operator: 'o' })
    expect(await whoIs({ authorization: 'Bearer good' })).toEqual({ member: 'a.tan' })
    expect(await statusOf('/any-principal', `${sessionCookie}=bad`)).toBe(401)
  })

  test('can write only from the page of its own desk', async () => {
    const url = await open()
    const post = (headers: Record<string, string>) =>
      fetch(`${url}/letters`, {
        method: 'POST',
        body: '{}',
        headers: { cookie: operatorsCookie, 'content-type': 'application/json', ...headers },
      })
    expect(await (await post({ origin: url })).json()).toEqual({ by: 'night' })
    for (const headers of [{}, { origin: 'https://evil.example' }, { origin: url, 'sec-fetch-site': 'cross-site' }])
      expect(await codeOf(await post(headers))).toEqual([403, 'FOREIGN_ORIGIN'])
  })

  test('is ignored if there is a token, good or bad', async () => {
    const url = await open()
    const withToken = async (authorization: string) =>
      (await fetch(`${url}/letters`, { headers: { cookie: operatorsCookie, authorization } })).status
    expect([await withToken('Bearer operator'), await withToken('Bearer bad'), await withToken('')]).toEqual([200, 401, 401])
  })
})

describe('a cookie', () => {
  test.each([
    ['a=1', 'a', '1'],
    ['b=2; a=1', 'a', '1'],
    ['b=2;a=1=2', 'a', '1=2'],
    ['a=1; a=2', 'a', '1'],
    ['a=', 'a', ''],
    ['xa=1; b=a=1', 'a', undefined],
    ['', 'a', undefined],
    [undefined, 'a', undefined],
  ])('in %j is read by its name %s: %j', (header, name, value) => {
    expect(readCookie(header, name)).toBe(value)
  })

  test('is for this host only, and hidden from scripts', () => {
    expect(cookieText('__Host-x', 'v', { sameSite: 'Lax', maxAgeSeconds: 600 })).toBe(
      '__Host-x=v; Path=/; Max-Age=600; Secure; HttpOnly; SameSite=Lax',
    )
  })
})
