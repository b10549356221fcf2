import { hash } from 'node:crypto'
import { createHttp } from '@holdfast/http'
import { silentLogger } from '@holdfast/runtime'
import { refused } from '@holdfast/schemas'
import { createEngineSecret } from '@holdfast/trust'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { membersOf } from '../../../test/members.ts'
import { serveDevelopmentProvider } from './development-provider.ts'

const origin = 'http://127.0.0.1:8080'
const callback = `${origin}/auth/callback`
const verifier = 'v'.repeat(43)
const authorization = {
  response_type: 'code',
  client_id: 'desk',
  redirect_uri: callback,
  state: 'the state',
  nonce: 'the nonce',
  code_challenge: hash('sha256', verifier, 'base64url'),
  code_challenge_method: 'S256',
}
const chosen = { ...authorization, country: 'TL', role: 'authority', person: 'b.belo' }
const secret = createEngineSecret(Buffer.alloc(32, 7))
let nowMs = Date.parse('2026-03-02T08:00:00Z')
const http = createHttp({
  log: silentLogger,
  whyNotReady: async () => [],
  verify: async () => refused({ code: 'UNAUTHENTICATED', message: 'No principal is known here.' }),
})

beforeAll(() => {
  http.post('/v1/things', { config: { open: true } }, async () => ({}))
  serveDevelopmentProvider(
    {
      http,
      secret,
      clock: { now: () => new Date(nowMs) },
      members: membersOf('AE', 'TL', 'SG', 'ZW'),
      ownOrigin: ({ headers: { host } }) => (host === '127.0.0.1:8080' ? origin : undefined),
    },
    { country: 'cc', role: 'roles', person: 'preferred_username', unit: 'holdfast_unit' },
  )
})
afterAll(() => http.close())

const look = (path: string, query: Record<string, string> = {}, host = '127.0.0.1:8080', language = 'en') =>
  http.inject({ url: `/development-sign-in${path}?${new URLSearchParams(query)}`, headers: { host, 'accept-language': language } })
const redeem = (form: Record<string, string>) =>
  http.inject({
    method: 'POST',
    url: '/development-sign-in/token',
    headers: { host: '127.0.0.1:8080', 'content-type': 'application/x-www-form-urlencoded' },
    payload: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'desk',
      redirect_uri: callback,
      code_verifier: verifier,
      ...form,
    }).toString(),
  })
const codeFor = async (query: Record<string, string> = chosen) =>
  new URL(String((await look('/choose', query)).headers.location)).searchParams.get('code') ?? ''

test.each([
  ['fr-CH, en;q=0.7', 'fr', 'ltr', 'Qui voulez-vous être ?'],
  ['zh, ar;q=0.5', 'ar', 'rtl', 'من تريد أن تكون؟'],
  ['zh', 'en', 'ltr', 'Who do you want to be?'],
])('the chooser answers Accept-Language %s in %s', async (asks, language, direction, title) => {
  const { body } = await look('/authorize', authorization, undefined, asks)
  expect(body).toContain(`<html lang="${language}" dir="${direction}">`)
  expect(body).toContain(`<h1>${title}</h1>`)
})

test('the chooser offers the countries of this engine, with those of the examples first, and every role and unit', async () => {
  const { body } = await look('/authorize', { ...authorization, state: '"><script>' })
  expect([...body.matchAll(/<option value="([^"]+)"/g)].map(([, value]) => value)).toEqual([
    'SG',
    'TL',
    'AE',
    'ZW',
    'officer',
    'institution',
    'fiu',
    'authority',
    'operator',
    'system',
    'organisedCrime',
    'cybercrime',
    'counterTerrorism',
    'financialInvestigation',
    'antiScamCentre',
  ])
  expect(body).toContain('Any person who reaches it can sign in as any other')
  expect(body).not.toContain('<script>')
})

describe('the chosen person', () => {
  test('is in a token that the keys verify, under the configured claims', async () => {
    const answer = await look('/choose', chosen)
    expect(answer.statusCode).toBe(303)
    expect(answer.headers.location).toMatch(/^http:\/\/127\.0\.0\.1:8080\/auth\/callback\?code=[\w.-]+&state=the\+state$/)
    const redeemed = await redeem({ code: await codeFor() })
    const keys = createLocalJWKSet((await look('/keys')).json())
    const metadata = (await look('/.well-known/openid-configuration')).json()
    const { payload } = await jwtVerify(redeemed.json().id_token, keys, {
      issuer: metadata.issuer,
      audience: 'desk',
      currentDate: new Date(nowMs),
    })
    expect(payload).toMatchObject({
      cc: 'TL',
      roles: 'authority',
      preferred_username: 'b.belo',
      nonce: 'the nonce',
      auth_time: nowMs / 1000,
    })
    expect(payload.sub).toBe('TL.authority.b.belo')
    expect((await look('/keys')).body).not.toContain('"d"')
  })

  test('has no country as an operator, and needs one in any other role', async () => {
    const redeemed = await redeem({ code: await codeFor({ ...chosen, country: '', role: 'operator', person: 'night' }) })
    const { payload } = await jwtVerify(redeemed.json().id_token, createLocalJWKSet((await look('/keys')).json()), {
      currentDate: new Date(nowMs),
    })
    expect(payload).toMatchObject({ sub: 'operator.night', roles: 'operator', preferred_username: 'night' })
    expect(payload).not.toHaveProperty('cc')
    expect((await look('/choose', { ...chosen, country: '' })).statusCode).toBe(422)
  })

  test.each<[string, Record<string, string>]>([
    ['without the verifier', { code_verifier: 'w'.repeat(43) }],
    ['for another address', { redirect_uri: `${origin}/elsewhere` }],
    ['by another client', { client_id: 'another' }],
    ['with a code that is none', { code: 'x' }],
  ])('gets no token %s', async (_who, form) => {
    const answer = await redeem({ code: await codeFor(), ...form })
    expect([answer.statusCode, answer.json()]).toEqual([400, { error: 'invalid_grant' }])
  })

  test('gets no token after a minute', async () => {
    const code = await codeFor()
    nowMs += 60_000
    expect((await redeem({ code })).statusCode).toBe(400)
  })

  test.each<[string, Record<string, string>, number]>([
    ['sent to another address', { redirect_uri: 'https://evil.example/auth/callback' }, 404],
    ['of a country without a part in this engine', { country: 'FR' }, 422],
    ['of no role', { role: 'clock' }, 422],
    ['of no usable name', { person: 'a/b' }, 422],
    ['without a proof of the code', { code_challenge_method: 'plain' }, 422],
  ])('is refused %s', async (_who, change, status) => {
    expect((await look('/choose', { ...chosen, ...change })).statusCode).toBe(status)
  })
})

test('the provider does not exist at an address that is not the desk’s own', async () => {
  expect((await look('/.well-known/openid-configuration', {}, 'evil.example')).statusCode).toBe(404)
  expect((await look('/choose', chosen, 'evil.example')).statusCode).toBe(404)
})

test('no other endpoint accepts a form', async () => {
  const form = { headers: { 'content-type': 'application/x-www-form-urlencoded' }, payload: 'a=1' }
  expect((await http.inject({ method: 'POST', url: '/v1/things', ...form })).statusCode).toBe(415)
})
