import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { configSchemaWithPort, silentLogger } from '@holdfast/runtime'
import type { CommandOutcome, SessionView } from '@holdfast/schemas'
import { startService } from '@holdfast/service-kit'
import { standalone } from '@holdfast/standalone'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeOnBackends } from '../src/backends.ts'
import { type Browser, createBrowser, onwardOf, signInAs } from '../src/browser.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { type Engine, reaches, submit, tokenOf } from '../src/engine.ts'
import { type OpenidProvider, startOpenidProvider } from '../src/openid-provider.ts'
import { type StoryWorld, startStoryWorld } from '../src/story-world.ts'

const tan = { country: 'SG', role: 'officer', person: 'a.tan' }
const sessionCookie = '__Host-holdfast'

const jsonOf = async <T>(answer: Promise<Response>): Promise<T> => (await (await answer).json()) as T
const refusalOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code: string }).code]
let given = 0
/** As the page sends, with the Origin header of a browser. */
const give = (browser: Browser, url: string, requestId: string, command: string, data: unknown, origin: string | undefined = url) =>
  browser.fetch(`${url}/v1/requests/${requestId}/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': `page-${given++}`, ...(origin ? { origin } : {}) },
    body: JSON.stringify({ command, data }),
  })

describeOnBackends('a development sign-in', backend => {
  let engine: Engine
  let url = ''
  let requestId = ''
  const number = backend.name === 'embedded' ? 600_000 : 600_100
  const browser = createBrowser()

  beforeAll(async () => {
    engine = await backend.start()
    url = engine.deskUrl
    requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(number), `sign-in-${number}`)
    await reaches(engine, requestId, 'verified')
  })
  afterAll(() => engine.stop())

  test('leads through the chooser to a session and back to the page', async () => {
    const last = await signInAs(browser, url, tan, '?return=/requests%3Fphase%3Dfrozen')
    expect(last.status).toBe(200)
    expect(await last.text()).toContain('<meta http-equiv="refresh" content="0;url=/requests?phase=frozen">')
    const [dropped, kept] = last.headers.getSetCookie()
    expect(dropped).toMatch(/^__Host-holdfast-sign-in=; Path=\/; Max-Age=0; /)
    expect(kept).toMatch(/^__Host-holdfast=[\w.-]+; Path=\/; Max-Age=28800; Secure; HttpOnly; SameSite=Strict$/)
    const session = await jsonOf<SessionView>(browser.fetch(`${url}/v1/session`))
    expect(session).toMatchObject({ ...tan, development: true })
    const [now, signedInAt, endsAt] = [session.now, session.signedInAt ?? '', session.endsAt].map(Date.parse) as [number, number, number]
    expect(now - signedInAt).toBeLessThan(60_000)
    expect(endsAt - signedInAt).toBeGreaterThan(8 * 3_600_000 - 60_000)
  })

  test('has the access of a token of the same member role, and no more', async () => {
    const { requests } = await jsonOf<{ requests: { requestId: string }[] }>(browser.fetch(`${url}/v1/requests`))
    expect(requests.map(view => view.requestId)).toContain(requestId)
    expect((await browser.fetch(`${url}/v1/dead-letters`)).status).toBe(401)
    const french = createBrowser()
    await signInAs(french, url, { country: 'FR', role: 'officer', person: 'c.martin' })
    const known = await french.fetch(`${url}/v1/requests/${requestId}`)
    const unknown = await french.fetch(`${url}/v1/requests/00000000-0000-4000-8000-000000000000`)
    const wordsOf = async (response: Response) => ({ ...((await response.json()) as object), instance: undefined })
    expect(await wordsOf(known)).toEqual(await wordsOf(unknown))
    expect(known.status).toBe(404)
  })

  test('lets the page give commands, and no other page', async () => {
    for (const origin of ['', 'https://evil.example', url.replace('127.0.0.1', 'localhost')]) {
      const refused = await give(browser, url, requestId, 'ProvideInformation', { note: 'more' }, origin)
      expect(await refusalOf(refused)).toEqual([403, 'FOREIGN_ORIGIN'])
    }
    const answer = await give(browser, url, requestId, 'Withdraw', { reason: 'Paid back' })
    expect([answer.status, ((await answer.json()) as CommandOutcome<PaymentStopTypes>).outcome]).toEqual([200, 'applied'])
    const { history } = await reaches(engine, requestId, 'closed')
    expect(history.at(-1)).toMatchObject({ type: expect.stringContaining('Withdrawn'), actor: 'SG/officer/a.tan' })
  })

  test('is valid at the other endpoint too, from its own address', async () => {
    const cookie = `${sessionCookie}=${browser.cookie(new URL(url).host, sessionCookie)}`
    const send = (origin: string) =>
      fetch(`${engine.intakeUrl}/v1/requests`, {
        method: 'POST',
        headers: { cookie, origin, 'content-type': 'application/json', 'idempotency-key': `sign-in-${number + 1}` },
        body: JSON.stringify(buildRequestNumber(number + 1)),
      })
    expect(await refusalOf(await send('https://evil.example'))).toEqual([403, 'FOREIGN_ORIGIN'])
    expect((await send(engine.intakeUrl)).status).toBe(202)
  })

  test('is ignored where a token is sent too, which needs no Origin', async () => {
    const authorization = `Bearer ${await tokenOf(engine, ['TL', 'authority', 'b.belo'])}`
    expect(await jsonOf<SessionView>(browser.fetch(`${url}/v1/session`, { headers: { authorization } }))).toMatchObject({ country: 'TL' })
    const wrong = await browser.fetch(`${url}/v1/session`, { headers: { authorization: 'Bearer a.b.c' } })
    expect(wrong.status).toBe(401)
  })

  test('ends with a sign-out, which only the page can send', async () => {
    expect((await browser.fetch(`${url}/auth/sign-out`, { method: 'POST' })).status).toBe(403)
    const copy = { cookie: `${sessionCookie}=${browser.cookie(new URL(url).host, sessionCookie)}` }
    const copiedStream = await fetch(`${url}/v1/stream`, { headers: copy })
    expect(copiedStream.status).toBe(200)
    const out = await browser.fetch(`${url}/auth/sign-out`, { method: 'POST', headers: { origin: url } })
    expect(out.status).toBe(204)
    expect((await fetch(`${url}/v1/session`, { headers: copy })).status).toBe(401)
    expect(await copiedStream.text()).toContain('the person has signed out')
    expect(browser.cookie(new URL(url).host, sessionCookie)).toBeUndefined()
    expect((await browser.fetch(`${url}/v1/session`)).status).toBe(401)
  })

  test('fails with a message where it began in another browser or is used twice', async () => {
    const one = createBrowser()
    const begun = await one.fetch(`${url}/auth/sign-in`)
    const state = new URL(await onwardOf(begun)).searchParams.get('state')
    const other = await createBrowser().fetch(`${url}/auth/callback?code=x&state=${state}`, { headers: { accept: 'text/html' } })
    expect(other.status).toBe(401)
    expect(await other.text()).toContain('Start again')
    const forged = await one.fetch(`${url}/auth/callback?code=x&state=${state}`)
    expect(await refusalOf(forged)).toEqual([401, 'UNAUTHENTICATED'])
  })
})

describe('a command with dual approval, with a test clock', () => {
  let world: StoryWorld
  let url = ''
  beforeAll(async () => {
    world = await startStoryWorld(['TL'], { profiles: { countries: { ID: { verification: 'oneOfficer' } } } })
    url = world.engine.deskUrl
  })
  afterAll(() => world.stop())

  test('needs a sign-in within five minutes, and succeeds after signing in again', async () => {
    const requestId = await world.send()
    await world.reaches(requestId, 'verified')
    const browser = createBrowser()
    await signInAs(browser, url, tan)
    world.pass(5 * 60_000 + 1_000)
    const refused = await give(browser, url, requestId, 'Withdraw', { reason: 'Paid back' })
    expect([refused.status, await refused.json()]).toEqual([
      401,
      expect.objectContaining({ code: 'SIGN_IN_AGAIN', detail: expect.stringContaining('Sign in again (/auth/sign-in?again=1)') }),
    ])
    const before = await jsonOf<SessionView>(browser.fetch(`${url}/v1/session`))
    await signInAs(browser, url, tan, '?again=1')
    const after = await jsonOf<SessionView>(browser.fetch(`${url}/v1/session`))
    expect(Date.parse(after.signedInAt ?? '') - Date.parse(before.signedInAt ?? '')).toBe(301_000)
    world.pass(4 * 60_000)
    const answer = await give(browser, url, requestId, 'Withdraw', { reason: 'Paid back' })
    expect([answer.status, ((await answer.json()) as CommandOutcome<PaymentStopTypes>).outcome]).toEqual([200, 'applied'])
  })

  test('needs the recent sign-in of both officers for a verification with dual approval', async () => {
    const requestId = await world.send({ payment: { creditor: { account: { iban: 'GB29NWBK60161331926819' } } } })
    await world.reaches(requestId, 'received.awaitingReview')
    const [maker, checker] = [createBrowser(), createBrowser()]
    const signIn = async (query = '') => {
      await signInAs(maker, url, { country: 'TL', role: 'officer', person: 'maker' }, query)
      await signInAs(checker, url, { country: 'TL', role: 'officer', person: 'checker' }, query)
    }
    await signIn()
    world.pass(5 * 60_000 + 1_000)
    for (const command of ['ProposeVerification', 'ApproveVerification'])
      expect(await refusalOf(await give(maker, url, requestId, command, {}))).toEqual([401, 'SIGN_IN_AGAIN'])
    await signIn('?again=1')
    expect((await give(maker, url, requestId, 'ProposeVerification', {})).status).toBe(200)
    expect((await give(checker, url, requestId, 'ApproveVerification', {})).status).toBe(200)
    await world.reaches(requestId, 'verified')
  })

  test('needs no recent sign-in for a verification by one officer', async () => {
    const requestId = await world.send({ beneficiaryCountry: 'ID', payment: { creditor: { account: { other: '0020123456789012345' } } } })
    await world.reaches(requestId, 'received.awaitingReview')
    const browser = createBrowser()
    await signInAs(browser, url, { country: 'ID', role: 'officer', person: 'checker' })
    world.pass(30 * 60_000)
    expect((await give(browser, url, requestId, 'ApproveVerification', {})).status).toBe(200)
    await world.reaches(requestId, 'verified')
  })

  test('accepts an old token, and other commands accept an old session', async () => {
    const requestId = await world.send()
    await world.reaches(requestId, 'verified')
    const browser = createBrowser()
    await signInAs(browser, url, tan)
    world.pass(30 * 60_000)
    const other = await give(browser, url, requestId, 'ReportFreeze', {})
    expect(await refusalOf(other)).not.toContain('SIGN_IN_AGAIN')
    expect(await world.act(['SG', 'officer', 'a.tan'], requestId, 'Withdraw', { reason: 'Paid back' })).toMatchObject({ ok: true })
  })

  test('completes a sign-in although the story skips an hour meanwhile', async () => {
    const browser = createBrowser()
    const leaping: Browser = {
      ...browser,
      async fetch(address, init) {
        const answer = await browser.fetch(address, init)
        world.pass(3_600_000)
        return answer
      },
    }
    expect((await signInAs(leaping, url, tan)).status).toBe(200)
    expect((await browser.fetch(`${url}/v1/session`)).status).toBe(200)
  })

  test('a session expires after eight hours', async () => {
    const browser = createBrowser()
    await signInAs(browser, url, tan)
    world.pass(8 * 3_600_000 - 1_000)
    expect((await browser.fetch(`${url}/v1/session`)).status).toBe(200)
    world.pass(1_000)
    expect((await browser.fetch(`${url}/v1/session`)).status).toBe(401)
  })
})

test('in production no engine starts without a provider', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-production-'))
  const config = configSchemaWithPort(0).parse({ HOLDFAST_ENV: 'production', HOLDFAST_DATA: folder })
  await expect(startService(standalone, config, { log: silentLogger })).rejects.toThrow(/HOLDFAST_OIDC_ISSUER: is missing/)
  await rm(folder, { recursive: true })
})

describe('an external provider', () => {
  let provider: OpenidProvider
  let engine: EmbeddedEngine
  let url = ''
  const costa = { sub: 'a.costa', country: 'TL', holdfast_role: ['offline_access', 'authority'] }

  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'holdfast-provider-'))
    provider = await startOpenidProvider()
    const secretFile = join(folder, 'client-secret')
    await writeFile(secretFile, `${provider.clientSecret}\n`)
    engine = await startEmbeddedEngine({
      env: {
        HOLDFAST_OIDC_ISSUER: provider.issuer,
        HOLDFAST_OIDC_CLIENT_ID: provider.clientId,
        HOLDFAST_OIDC_CLIENT_SECRET_FILE: secretFile,
      },
    })
    url = engine.deskUrl
  })
  afterAll(async () => {
    await engine.stop()
    await provider.stop()
    await rm(folder, { recursive: true })
  })

  /** Signs in through the provider. Returns the last answer. */
  async function walk(browser: Browser, behaviour: OpenidProvider['behaviour'], query = ''): Promise<Response> {
    provider.behaviour = behaviour
    const begun = await browser.fetch(`${url}/auth/sign-in${query}`)
    const back = await browser.fetch(await onwardOf(begun))
    return browser.fetch(await onwardOf(back))
  }

  test('signs officers in by the claims of its token, and the session names their method', async () => {
    const browser = createBrowser()
    expect((await walk(browser, { claims: { ...costa, amr: ['pwd', 'otp'] } })).status).toBe(200)
    const session = await jsonOf<SessionView>(browser.fetch(`${url}/v1/session`))
    expect(session).toMatchObject({ country: 'TL', role: 'authority', person: 'a.costa', how: ['pwd', 'otp'] })
    expect(session).not.toHaveProperty('development')
    expect(Object.fromEntries(provider.asked.at(-1) ?? [])).toMatchObject({
      code_challenge_method: 'S256',
      max_age: '28800',
      scope: 'openid',
    })
    expect((await browser.fetch(`${url}/development-sign-in/authorize`)).status).toBe(404)
  })

  test('reports when the person authenticated, and that instant counts', async () => {
    const browser = createBrowser()
    const provedAt = new Date(Date.now() - 3_600_000)
    await walk(browser, { claims: costa, provedAt })
    const { signedInAt = '' } = await jsonOf<SessionView>(browser.fetch(`${url}/v1/session`))
    expect(Math.abs(Date.parse(signedInAt) - provedAt.getTime())).toBeLessThan(1_000)
  })

  test('is refused where it was asked for a new authentication and reports an old one', async () => {
    const browser = createBrowser()
    const old = await walk(browser, { claims: costa, provedAt: new Date(Date.now() - 600_000) }, '?again=1')
    expect(await refusalOf(old)).toEqual([401, 'UNAUTHENTICATED'])
    expect(Object.fromEntries(provider.asked.at(-1) ?? [])).toMatchObject({ prompt: 'login', max_age: '0' })
    expect((await walk(browser, { claims: costa }, '?again=1')).status).toBe(200)
  })

  test.each<[string, OpenidProvider['behaviour'], number, string]>([
    ['of no country', { claims: { ...costa, country: 'ZZ' } }, 403, 'NOT_PERMITTED'],
    ['of no role', { claims: { ...costa, holdfast_role: 'clerk' } }, 403, 'NOT_PERMITTED'],
    ['with no usable name', { claims: { ...costa, sub: 'auth0|7' } }, 403, 'NOT_PERMITTED'],
    ['whom the provider denies', { claims: costa, denies: true }, 401, 'UNAUTHENTICATED'],
    ['whose token another key signed', { claims: costa, foreignKey: true }, 401, 'UNAUTHENTICATED'],
    ['whose token is for another sign-in', { claims: costa, nonce: 'another' }, 401, 'UNAUTHENTICATED'],
    ['without an authentication time', { claims: { ...costa, auth_time: undefined } }, 401, 'UNAUTHENTICATED'],
  ])('a person %s gets no session', async (_who, behaviour, status, code) => {
    const browser = createBrowser()
    expect(await refusalOf(await walk(browser, behaviour))).toEqual([status, code])
    expect((await browser.fetch(`${url}/v1/session`)).status).toBe(401)
  })

  test('is reported when it does not answer', async () => {
    await engine.restart(undefined, { HOLDFAST_OIDC_ISSUER: 'http://127.0.0.1:1', HOLDFAST_OIDC_CLIENT_ID: 'x' })
    const away = await createBrowser().fetch(`${engine.deskUrl}/auth/sign-in`)
    expect([away.status, away.headers.get('retry-after')]).toEqual([503, '1'])
  })
})
