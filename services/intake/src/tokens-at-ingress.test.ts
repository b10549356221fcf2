import { createPublicKey, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { topics } from '@holdfast/schemas'
import { type InProcessEngine, startInProcess } from '@holdfast/test-kit/in-process-engine'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { base64url, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deadLetterReasonOf } from '../test/dead-letter-reason.ts'
import { createIntake } from './app.ts'

// Intake as in production, with a registry file and the system clock. HTTP and the dead letter of a record give the
// same reason for a refusal.

const now = Math.floor(Date.now() / 1000)
const edwards = () => generateKeyPairSync('ed25519').privateKey
const [singapore, timorLeste, stranger, ended, later, tan, lim] = [
  edwards(),
  edwards(),
  edwards(),
  edwards(),
  edwards(),
  edwards(),
  edwards(),
]
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const jwkOf = (key: KeyObject, kid: string, more: object = {}) => ({ ...createPublicKey(key).export({ format: 'jwk' }), kid, ...more })
const singaporesKeys = [
  jwkOf(singapore, 'k1'),
  jwkOf(elliptic, 'p256'),
  jwkOf(ended, 'ended', { exp: now - 10 }),
  jwkOf(later, 'later', { nbf: now + 600 }),
]
const memberOf = (country: string, keys: object[], more: object = {}) => ({ country, name: country, keys: { keys }, ...more })

const folder = mkdtempSync(join(tmpdir(), 'holdfast-tokens-'))
const registry = join(folder, 'registry.json')
function register(...members: object[]): void {
  writeFileSync(`${registry}.new`, JSON.stringify({ members }))
  renameSync(`${registry}.new`, registry)
}
const personOf = (person: string, key: KeyObject) => ({ person, roles: ['officer'], keys: { keys: [jwkOf(key, person)] } })
const withPersons = { persons: [personOf('a.tan', tan), personOf('b.lim', lim)] }
const timorLesteIsThere = memberOf('TL', [jwkOf(timorLeste, 'k1')])

let service: InProcessEngine
beforeAll(async () => {
  register(memberOf('SG', singaporesKeys, withPersons), timorLesteIsThere)
  service = await startInProcess(createIntake(paymentStop), { env: { HOLDFAST_MEMBERS: registry, HOLDFAST_DISK_FREE_MB: '0' } })
})
afterAll(async () => {
  await service.stop()
  rmSync(folder, { recursive: true })
})

const claims = { iss: 'SG', sub: 'ncb', role: 'system', aud: 'holdfast', iat: now, exp: now + 600 }
const sign = (changes: Record<string, unknown> = {}, header: Record<string, unknown> = {}, key: KeyObject | Uint8Array = singapore) =>
  new SignJWT({ ...claims, jti: randomUUID(), ...changes }).setProtectedHeader({ alg: 'Ed25519', kid: 'k1', ...header }).sign(key)
const encode = (value: unknown) => base64url.encode(JSON.stringify(value))
const withoutSignature = `${encode({ alg: 'none', kid: 'k1' })}.${encode(claims)}.`

async function changed(): Promise<string> {
  const [header, , signature] = (await sign()).split('.')
  return `${header}.${encode({ ...claims, role: 'officer' })}.${signature}`
}

const request = () => buildRequestNumber(500_000)
async function post(token: string, key = 'k', body: object = request()) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'idempotency-key': key }
  const response = await fetch(`${service.url}/v1/requests`, { method: 'POST', headers, body: JSON.stringify(body) })
  const text = await response.text()
  const { type, code, detail } = JSON.parse(text) as { type?: string; code?: string; detail?: string }
  return { status: response.status, type, code, detail, text, challenge: response.headers.get('www-authenticate') }
}

async function publish(token: string, id: string): Promise<void> {
  const event = { specversion: '1.0', id, source: '/ncb/sg', type: 'holdfast.request.v1', data: request() }
  await service.drivers.streams.publish(topics.requests.name, [
    { key: 'SG', value: JSON.stringify(event), headers: { authorization: `Bearer ${token}` } },
  ])
}

const notSigned = 'the token is not signed by a key of the member it names'
const anotherTime = /signed the token is registered for another time/
/** Refusals that have their own code. */
const codes: Readonly<Record<string, string>> = { 'that would act for more than ten minutes': 'TOKEN_TOO_LONG' }
const refused: ReadonlyArray<readonly [what: string, token: () => string | Promise<string>, words: string | RegExp]> = [
  ['forged: changed after it was signed', changed, notSigned],
  ['signed by an unknown key under the id of a known one', () => sign({}, {}, stranger), notSigned],
  ['of a key that the member does not have', () => sign({}, { kid: 'k2' }), notSigned],
  ['of a country that is no member', () => sign({ iss: 'MY' }), notSigned],
  ['of another country than its key', () => sign({}, {}, timorLeste), notSigned],
  ['that brings its key along', () => sign({}, { jwk: jwkOf(stranger, 'k1') }, stranger), notSigned],
  ['of ES256 under the name of an Ed25519 key', () => sign({}, { alg: 'ES256' }, elliptic), notSigned],
  ['of Ed25519 under the name of an ES256 key', () => sign({}, { kid: 'p256' }), notSigned],
  [
    'of HS256 with the public key as its secret',
    () => sign({}, { alg: 'HS256' }, Buffer.from(jwkOf(singapore, '').x ?? '', 'base64url')),
    /algorithm that is not taken/,
  ],
  ['of alg none, without a signature', () => withoutSignature, /not "Bearer" with a signed JWT/],
  ['of alg none, with a signature', () => `${withoutSignature}AA`, /is not signed: its header names the algorithm "none"/],
  ['expired', () => sign({ iat: now - 600, exp: now - 61 }), /has expired/],
  ['that would live for a day', () => sign({ iat: now - 7200, exp: now + 86_400 }), /has expired/],
  [
    'that would act for more than ten minutes',
    () => sign({ exp: now + 601 }),
    /lives 600 seconds at most from iat to exp, and this one lives 601/,
  ],
  ['not yet valid', () => sign({ nbf: now + 300 }), /claim "nbf"/],
  ['of the future', () => sign({ iat: now + 300 }), /claim "iat"/],
  ['for another audience', () => sign({ aud: 'holdfast-operator' }), /claim "aud"/],
  ['of an unknown role', () => sign({ role: 'operator' }), /known role/],
  [
    'of one person, by the key of another',
    () => sign({ sub: 'b.lim', role: 'officer' }, { kid: 'a.tan' }, tan),
    /the key that signed the token is of one person/,
  ],
  ['of a person with a key of its own, by the key of its country', () => sign({ sub: 'a.tan', role: 'officer' }), /has a key of its own/],
  [
    'of a person in a role that the registry does not give',
    () => sign({ sub: 'a.tan' }, { kid: 'a.tan' }, tan),
    /of a role \(role\) that the registry does not give/,
  ],
  ['of a key that has ended', () => sign({}, { kid: 'ended' }, ended), anotherTime],
  ['of a key that has not begun', () => sign({}, { kid: 'later' }, later), anotherTime],
]

describe('a token', () => {
  test.each(refused)('%s is refused at both endpoints with its own message', async (what, makeToken, words) => {
    const token = await makeToken()
    const id = `by-kafka: ${what}`
    await publish(token, id)
    const answer = await post(token)
    expect(answer).toMatchObject({
      status: 401,
      code: codes[what] ?? 'UNAUTHENTICATED',
      detail: typeof words === 'string' ? words : expect.stringMatching(words),
    })
    expect(answer.challenge).toMatch(/^Bearer error="invalid_token", error_description="/)
    await expect.poll(() => deadLetterReasonOf(service.drivers.streams, id)).toBe(`${answer.code}: ${answer.detail}`)
  })

  test('of another country, or of a bank, opens no request in this country’s name', async () => {
    expect(await post(await sign({ iss: 'TL' }, {}, timorLeste))).toMatchObject({ status: 403, code: 'NOT_YOUR_COUNTRY' })
    expect(await post(await sign({ role: 'institution' }))).toMatchObject({ status: 403, code: 'NOT_PERMITTED' })
  })

  test('that is used again with the same request and key gets the same receipt, and so does a newer token', async () => {
    const token = await sign()
    const first = await post(token, 'replayed')
    expect(first.status).toBe(202)
    expect(await post(token, 'replayed')).toEqual(first)
    expect(await post(await sign(), 'replayed')).toEqual(first)
    expect(await post(await sign(), 'replayed', buildRequestNumber(500_001))).toMatchObject({ status: 422, code: 'KEY_REUSED' })
  })

  test('that is used again for anything else is refused with its own message, also with a new signature', async () => {
    const jti = randomUUID()
    const token = await sign({ jti })
    expect((await post(token, 'used')).status).toBe(202)
    const otherwise = [
      await post(token, 'used', buildRequestNumber(500_001)),
      await post(token, 'another', buildRequestNumber(500_001)),
      await post(token, 'another'),
      await post(await sign({ jti, exp: now + 599 }), 'another'),
    ]
    for (const answer of otherwise)
      expect(answer).toMatchObject({
        status: 401,
        code: 'TOKEN_REUSED',
        type: 'urn:holdfast:refusal:TOKEN_REUSED',
        detail: expect.stringContaining('(jti) was used for another act'),
      })
    // The same `jti` by another key is another token.
    expect((await post(await sign({ jti, sub: 'b.lim', role: 'officer' }, { kid: 'b.lim' }, lim), 'by-another')).status).toBe(202)
  })

  test('of a person’s revoked key is refused at both endpoints, and another person’s is accepted', async () => {
    const byTan = () => sign({ sub: 'a.tan', role: 'officer' }, { kid: 'a.tan' }, tan)
    expect((await post(await byTan(), 'by-tan')).status).toBe(202)
    register(memberOf('SG', singaporesKeys, { persons: withPersons.persons.slice(1) }), timorLesteIsThere)
    await expect.poll(async () => (await post(await byTan(), 'by-tan')).status, { interval: 20, timeout: 10_000 }).toBe(401)
    const token = await byTan()
    const { detail } = await post(token, 'by-tan')
    expect(detail).toMatch(/is registered no more/)
    await publish(token, 'person-revoked-by-kafka')
    await expect.poll(() => deadLetterReasonOf(service.drivers.streams, 'person-revoked-by-kafka')).toBe(`UNAUTHENTICATED: ${detail}`)
    expect((await post(await sign({ sub: 'b.lim', role: 'officer' }, { kid: 'b.lim' }, lim), 'by-lim')).status).toBe(202)
  })

  test('of a revoked key is refused at both endpoints with its own message', async () => {
    const token = await sign()
    expect((await post(token, 'before')).status).toBe(202)
    register(memberOf('SG', singaporesKeys.slice(1)), timorLesteIsThere)
    await expect.poll(async () => (await post(token, 'before')).status, { interval: 20, timeout: 10_000 }).toBe(401)
    const { detail } = await post(token, 'before')
    expect(detail).toMatch(/is registered no more/)
    await publish(token, 'revoked-by-kafka')
    await expect.poll(() => deadLetterReasonOf(service.drivers.streams, 'revoked-by-kafka')).toBe(`UNAUTHENTICATED: ${detail}`)
  })
})

test('a request without a token, with a content-type that is built to slow down a parser, is refused at once', async () => {
  // A backtracking parser would block all clients for minutes, longer than a test may take.
  const headers = { 'content-type': `application/json;charset=${' '.repeat(12_000)}""x` }
  const response = await fetch(`${service.url}/v1/requests`, { method: 'POST', headers, body: '{}' })
  expect([response.status, await response.json()]).toMatchObject([431, { code: 'HEAD_TOO_LARGE', problems: [{ path: 'content-type' }] }])
})
