import { createLog, silentLogger } from '@holdfast/runtime'
import { beforeEach, describe, expect, test } from 'vitest'
import { createIdentityProvider, type IdentityProviderOptions } from './identity-provider.ts'

const issuer = 'https://id.example.org'
const origin = 'https://desk.example.org'
const ticket = { state: 'state', nonce: 'nonce', verifier: 'v'.repeat(43), again: false, beganMs: 0 }
const calls: { address: string; headers: Headers; body: string }[] = []
let nowMs = Date.parse('2026-03-02T08:00:00Z')
let tokenAnswer: () => Response | Promise<Response>

const json = (content: unknown, status = 200) => Response.json(content, { status })
const providerWith = (metadata: Record<string, unknown> = {}, options: Partial<IdentityProviderOptions> = {}) =>
  createIdentityProvider({
    clock: { now: () => new Date(nowMs) },
    log: silentLogger,
    issuerAt: () => new URL(issuer),
    clientId: 'desk',
    fetch: async (address, { headers, body }) => {
      calls.push({ address, headers: new Headers(headers), body: String(body ?? '') })
      if (address.endsWith('/token')) return tokenAnswer()
      return json({
        issuer,
        authorization_endpoint: `${issuer}/authorize`,
        token_endpoint: `${issuer}/token`,
        jwks_uri: `${issuer}/keys`,
        ...metadata,
      })
    },
    ...options,
  })
const comeBack = (provider: ReturnType<typeof providerWith>) =>
  provider.claimsFor(new URL(`${origin}/auth/callback?code=c&state=state`), ticket)

beforeEach(() => {
  calls.length = 0
  tokenAnswer = () => json({ error: 'invalid_grant' }, 400)
})

test('the redirect has all parameters that protect the callback', async () => {
  const address = await providerWith().addressFor(origin, ticket)
  const query = Object.fromEntries((address.ok && address.value.searchParams) || [])
  expect(query).toEqual({
    client_id: 'desk',
    response_type: 'code',
    redirect_uri: 'https://desk.example.org/auth/callback',
    scope: 'openid',
    state: 'state',
    nonce: 'nonce',
    code_challenge: expect.stringMatching(/^[\w-]{43}$/),
    code_challenge_method: 'S256',
    max_age: '28800',
  })
  const again = await providerWith().addressFor(origin, { ...ticket, again: true })
  expect(Object.fromEntries((again.ok && again.value.searchParams) || [])).toMatchObject({ max_age: '0', prompt: 'login' })
})

test('only fresh authentication requires the configured classes', async () => {
  const provider = providerWith({}, { acrValues: ['urn:example:gold', '2'] })
  const requiredAcr = async (again: boolean) => {
    const address = await provider.addressFor(origin, { ...ticket, again })
    return address.ok ? address.value.searchParams.get('acr_values') : undefined
  }
  expect([await requiredAcr(true), await requiredAcr(false)]).toEqual(['urn:example:gold 2', null])
})

test('the metadata of a provider is fetched once an hour', async () => {
  const provider = providerWith()
  for (let i = 0; i < 3; i++) await provider.addressFor(origin, ticket)
  expect(calls).toHaveLength(1)
  nowMs += 3_600_000
  await provider.addressFor(origin, ticket)
  expect(calls).toHaveLength(2)
})

describe('the desk authenticates at the provider', () => {
  test.each<[string, string | undefined, string[] | undefined, string | null, boolean]>([
    ['by Basic where nothing is said', 's', undefined, 'Basic ZGVzazpz', false],
    ['by Basic where there is a choice', 's', ['client_secret_post', 'client_secret_basic'], 'Basic ZGVzazpz', false],
    ['in the form if the provider supports nothing else', 's', ['client_secret_post'], null, true],
    ['by the verifier alone where it has no secret', undefined, undefined, null, false],
  ])('%s', async (_how, clientSecret, ways, authorization, inForm) => {
    await comeBack(providerWith(ways ? { token_endpoint_auth_methods_supported: ways } : {}, { clientSecret }))
    const { headers, body } = calls.at(-1) as (typeof calls)[number]
    const form = new URLSearchParams(body)
    expect(headers.get('authorization')).toBe(authorization)
    expect(form.get('client_secret')).toBe(inForm ? 's' : null)
    expect(form.get('code_verifier')).toBe(ticket.verifier)
  })
})

describe('a failed sign-in', () => {
  test('is explained in our own text, and logged without a token', async () => {
    const lines: string[] = []
    const log = createLog('desk', 'info', { write: line => void lines.push(line) })
    tokenAnswer = () => json({ access_token: 'top-secret', token_type: 'Bearer', id_token: 'x.y.z' })
    const provider = providerWith({}, { log })
    expect(await comeBack(provider)).toMatchObject({ ok: false, error: { code: 'UNAUTHENTICATED' } })
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 40, msg: 'Sign-in failed', code: expect.any(String) })
    expect(lines[0]).not.toMatch(/top-secret|x\.y\.z/)
  })

  test.each<[string, () => Response | Promise<Response>]>([
    ['that can not be reached', () => Promise.reject(new TypeError('fetch failed'))],
    ['that is broken', () => new Response('<h1>Bad gateway</h1>', { status: 502, headers: { 'content-type': 'text/html' } })],
  ])('as one that will pass at a provider %s', async (_how, answer) => {
    tokenAnswer = answer
    expect(await comeBack(providerWith())).toMatchObject({ ok: false, error: { code: 'UNAVAILABLE' } })
  })

  test('is temporary while 64 others are under way, and possible again afterwards', async () => {
    const pendingAnswer = Promise.withResolvers<Response>()
    tokenAnswer = () => pendingAnswer.promise.then(answer => answer.clone())
    const provider = providerWith()
    const waiting = Array.from({ length: 64 }, () => comeBack(provider))
    expect(await comeBack(provider)).toMatchObject({
      ok: false,
      error: { code: 'UNAVAILABLE', message: expect.stringContaining('many people') },
    })
    pendingAnswer.resolve(json({ error: 'invalid_grant' }, 400))
    await Promise.all(waiting)
    expect((await provider.addressFor(origin, ticket)).ok).toBe(true)
  })
})
