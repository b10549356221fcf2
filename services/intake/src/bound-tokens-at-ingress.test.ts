import { createPublicKey, generateKeyPairSync, hash, type KeyObject, randomUUID } from 'node:crypto'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { request as ask } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { configSchemaWithPort, createDrivers, type Drivers, silentLogger, systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { startService } from '@holdfast/service-kit'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { calculateJwkThumbprint, SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deadLetterReasonOf } from '../test/dead-letter-reason.ts'
import { createIntake } from './app.ts'

// Intake as in production, for one member with tokens bound to keys and one with tokens bound to certificates. Another
// implementation than ours makes the proofs.

const now = () => Math.floor(Date.now() / 1000)
const edwards = () => generateKeyPairSync('ed25519').privateKey
const [singapore, timorLeste, malaysia, sender, thief] = [edwards(), edwards(), edwards(), edwards(), edwards()]
const hardware = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
const publicPart = (key: KeyObject) => createPublicKey(key).export({ format: 'jwk' }) as { kty: string; x: string }
const memberOf = (country: string, key: KeyObject, more: object = {}) => ({
  country,
  name: country,
  keys: { keys: [{ ...publicPart(key), kid: 'k1' }] },
  ...more,
})
const certificate = Buffer.from('stands for a certificate in DER')
const clientCert = (der = certificate) => ({ 'client-cert': `:${der.toString('base64')}:` })

const folder = mkdtempSync(join(tmpdir(), 'holdfast-bound-'))
const registry = join(folder, 'registry.json')
function register(...members: object[]): void {
  writeFileSync(`${registry}.new`, JSON.stringify({ members }))
  renameSync(`${registry}.new`, registry)
}
const everybody = [
  memberOf('SG', singapore, { bound: 'dpop' }),
  memberOf('TL', timorLeste, { bound: 'mtls' }),
  memberOf('MY', malaysia),
] as const

let drivers: Drivers
let service: Awaited<ReturnType<typeof startService>>
let behindProxy: typeof service
beforeAll(async () => {
  register(...everybody)
  const config = (more: object) =>
    configSchemaWithPort(0).parse({ HOLDFAST_DATA: folder, HOLDFAST_MEMBERS: registry, HOLDFAST_DISK_FREE_MB: '0', ...more })
  drivers = await createDrivers(config({}), 'intake', systemClock, silentLogger)
  service = await startService(createIntake(paymentStop), config({}), { log: silentLogger, drivers })
  const proxied = config({ HOLDFAST_CLIENT_CERT_HEADER: 'trust', HOLDFAST_PUBLIC_ORIGINS: 'https://freeze.example.org' })
  behindProxy = await startService(createIntake(paymentStop), proxied, { log: silentLogger, drivers })
})
afterAll(async () => {
  await behindProxy.stop()
  await service.stop()
  await drivers.close()
  rmSync(folder, { recursive: true })
})

const jktOf = (key: KeyObject) => calculateJwkThumbprint(publicPart(key))
async function sign(claims: object = {}, key = singapore): Promise<string> {
  const defaults = { iss: 'SG', sub: 'ncb', role: 'system', aud: 'holdfast', iat: now(), exp: now() + 600, jti: randomUUID() }
  return new SignJWT({ ...defaults, cnf: { jkt: await jktOf(sender) }, ...claims })
    .setProtectedHeader({ alg: 'Ed25519', kid: 'k1' })
    .sign(key)
}
interface Proof {
  readonly claims?: object
  readonly header?: object
  readonly key?: Parameters<SignJWT['sign']>[0]
}
const prove = (token: string, { claims = {}, header = {}, key = sender }: Proof = {}) =>
  new SignJWT({
    jti: randomUUID(),
    htm: 'POST',
    htu: `${service.url}/v1/requests`,
    iat: now(),
    ath: hash('sha256', token, 'base64url'),
    ...claims,
  })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'Ed25519', jwk: publicPart(sender), ...header })
    .sign(key)
const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

let nth = 0
async function post(headers: Record<string, string>, { url = service.url, number = 510_000 + ++nth, key = `bound-${nth}` } = {}) {
  const response = await fetch(`${url}/v1/requests`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
    body: JSON.stringify(buildRequestNumber(number)),
  })
  const { code, detail = '' } = (await response.json()) as { code?: string; detail?: string }
  return { status: response.status, code, detail, challenge: response.headers.get('www-authenticate') }
}
const dpop = async (token: string, proof: Proof = {}) => ({ authorization: `DPoP ${token}`, dpop: await prove(token, proof) })

describe('a token that is bound to a key', () => {
  test('opens a request with a proof by that key, and a repeat with another proof gets the same receipt', async () => {
    const token = await sign()
    const key = 'with-proof'
    expect(await post(await dpop(token), { key, number: 509_000 })).toMatchObject({ status: 202 })
    expect(await post(await dpop(token), { key, number: 509_000 })).toMatchObject({ status: 202 })
    expect(await post(await dpop(token), { key: 'for-something-else' })).toMatchObject({ status: 401, code: 'TOKEN_REUSED' })
    const ofHardware = await sign({ cnf: { jkt: await jktOf(hardware) } })
    const byHardware = { key: hardware, header: { alg: 'ES256', jwk: publicPart(hardware) } }
    expect(await post(await dpop(ofHardware, byHardware))).toMatchObject({ status: 202 })
  })

  const wrong: ReadonlyArray<readonly [what: string, headers: (token: string) => Promise<Record<string, string>>, words: RegExp]> = [
    ['without a proof', async token => ({ authorization: `DPoP ${token}` }), /the DPoP header is missing/],
    [
      'with a proof by another key',
      token => dpop(token, { key: thief, header: { jwk: publicPart(thief) } }),
      /not signed by the key that the token/,
    ],
    [
      'with a proof that names the key and is signed by another',
      token => dpop(token, { key: thief }),
      /not signed by the key that the token/,
    ],
    [
      'with a proof that was changed after it was signed',
      async token => {
        const [head, , signature] = (await prove(token, { claims: { htm: 'GET' } })).split('.')
        const claims = { jti: 'x', htm: 'POST', htu: `${service.url}/v1/requests`, iat: now(), ath: hash('sha256', token, 'base64url') }
        return { authorization: `DPoP ${token}`, dpop: `${head}.${encode(claims)}.${signature}` }
      },
      /not signed by the key that the token/,
    ],
    ['with a proof for another method', token => dpop(token, { claims: { htm: 'GET' } }), /another method/],
    ['with a proof for another address', token => dpop(token, { claims: { htu: `${service.url}/v1/answers` } }), /another address/],
    ['with a proof for another host', token => dpop(token, { claims: { htu: 'https://evil.example/v1/requests' } }), /another address/],
    [
      'with the proof of another token',
      async token => dpop(token, { claims: { ath: hash('sha256', await sign(), 'base64url') } }),
      /another token/,
    ],
    ['with a proof of two minutes ago', token => dpop(token, { claims: { iat: now() - 122 } }), /older than 60 seconds/],
    ['with a proof of the future', token => dpop(token, { claims: { iat: now() + 65 } }), /of the future/],
    [
      'with a proof of HS256',
      token => dpop(token, { header: { alg: 'HS256' }, key: Buffer.from(publicPart(sender).x, 'base64url') }),
      /an algorithm that is not taken/,
    ],
    [
      'with a proof of alg none',
      async token => ({
        authorization: `DPoP ${token}`,
        dpop: `${encode({ typ: 'dpop+jwt', alg: 'none', jwk: publicPart(sender) })}.${encode({ htm: 'POST' })}.`,
      }),
      /names the algorithm 'none'/,
    ],
    [
      'with a proof that carries its private key',
      token => dpop(token, { header: { jwk: sender.export({ format: 'jwk' }) } }),
      /carries a private key/,
    ],
    ['with another token for a proof', async token => ({ authorization: `DPoP ${token}`, dpop: await sign() }), /not of the type/],
  ]
  test.each(wrong)('%s is refused with its own message and a challenge', async (_what, headersOf, words) => {
    const { status, code, detail, challenge } = await post(await headersOf(await sign()))
    expect([status, code, detail.replaceAll('"', "'")]).toEqual([401, 'UNAUTHENTICATED', expect.stringMatching(words)])
    expect(challenge).toBe(
      `DPoP algs="Ed25519 EdDSA ES256", error="invalid_dpop_proof", error_description="${detail.replaceAll('"', "'")}"`,
    )
  })

  test('with a used proof is refused, also for the same request', async () => {
    const headers = await dpop(await sign())
    expect(await post(headers, { key: 'replayed', number: 509_001 })).toMatchObject({ status: 202 })
    for (const key of ['replayed', 'replayed-under-another'])
      expect(await post(headers, { key, number: 509_001 })).toMatchObject({
        status: 401,
        detail: expect.stringMatching(/used before \(jti\)/),
      })
  })

  test('with two proofs is refused, whichever is valid', async () => {
    const token = await sign()
    const proofs = [await prove(token), await prove(token)]
    const answer = await new Promise<string>((resolve, reject) => {
      const sent = ask(
        `${service.url}/v1/requests`,
        { method: 'POST', headers: { authorization: `DPoP ${token}`, dpop: proofs } },
        response => {
          response.setEncoding('utf8').on('data', resolve)
        },
      )
      sent.on('error', reject).end('{}')
    })
    expect(JSON.parse(answer)).toMatchObject({ status: 401, detail: 'there are several DPoP headers: send one proof' })
  })

  test('and is invalid itself is refused with a challenge for tokens of its kind', async () => {
    const forged = await sign({}, thief)
    const { status, detail, challenge } = await post(await dpop(forged))
    expect([status, detail]).toEqual([401, 'the token is not signed by a key of the member it names'])
    expect(challenge).toBe(`DPoP algs="Ed25519 EdDSA ES256", error="invalid_token", error_description="${detail}"`)
  })

  test('as a bearer token is refused, with a proof or without', async () => {
    const token = await sign()
    for (const more of [{}, { dpop: await prove(token) }]) {
      const { status, detail, challenge } = await post({ authorization: `Bearer ${token}`, ...more })
      expect([status, detail]).toEqual([401, expect.stringContaining('send it as "Authorization: DPoP TOKEN"')])
      expect(challenge).toMatch(/^DPoP algs="Ed25519 EdDSA ES256", error="invalid_token", /)
    }
  })

  test('is refused by Kafka with its own message', async () => {
    const event = {
      specversion: '1.0',
      id: 'bound-by-kafka',
      source: '/ncb/sg',
      type: 'holdfast.request.v1',
      data: buildRequestNumber(509_002),
    }
    const headers = { authorization: `Bearer ${await sign()}` }
    await drivers.streams.publish(topics.requests.name, [{ key: 'SG', value: JSON.stringify(event), headers }])
    await expect
      .poll(() => deadLetterReasonOf(drivers.streams, 'bound-by-kafka'))
      .toMatch(/^UNAUTHENTICATED: tokens that are bound to a key or a certificate are taken by HTTP alone/)
  })

  test('behind a proxy needs proofs for its public address, and for no other', async () => {
    const { url } = behindProxy
    const at = (origin: string) => ({ claims: { htu: `${origin}/v1/requests` } })
    expect(await post(await dpop(await sign(), at('https://freeze.example.org')), { url })).toMatchObject({ status: 202 })
    expect(await post(await dpop(await sign(), at(url)), { url })).toMatchObject({
      status: 401,
      detail: expect.stringMatching(/another address/),
    })
  })
})

describe('a token that is not bound', () => {
  test('is refused if the registry requires binding, and as a DPoP token', async () => {
    const unbound = await sign({ cnf: undefined })
    const { detail, challenge } = await post({ authorization: `Bearer ${unbound}` })
    expect(detail).toMatch(/the registry binds tokens of this key to a key of who sends them \(dpop\)/)
    expect(challenge).toMatch(/^DPoP algs=/)
    const ofMalaysia = (cnf?: object) => sign({ iss: 'MY', cnf }, malaysia)
    // Authenticated, but the request is of another country: its document names Singapore.
    expect(await post({ authorization: `Bearer ${await ofMalaysia()}` })).toMatchObject({ status: 403, code: 'NOT_YOUR_COUNTRY' })
    const token = await ofMalaysia()
    expect(await post(await dpop(token))).toMatchObject({ status: 401, detail: expect.stringMatching(/bound to no key/) })
    // A binding in the token counts, whether or not the registry requires it.
    const bound = await ofMalaysia({ jkt: await jktOf(sender) })
    expect(await post({ authorization: `Bearer ${bound}` })).toMatchObject({ status: 401, detail: expect.stringMatching(/send it as/) })
    expect(await post(await dpop(bound))).toMatchObject({ status: 403, code: 'NOT_YOUR_COUNTRY' })
  })
})

describe('a token that is bound to a certificate', () => {
  const bound = { 'x5t#S256': hash('sha256', certificate, 'base64url') }
  const bearer = async (cnf?: object) => ({ authorization: `Bearer ${await sign({ iss: 'TL', cnf }, timorLeste)}` })

  test('is accepted on a connection with that certificate, by the proxy’s header, and on no other', async () => {
    const { url } = behindProxy
    // Authenticated, but the request is of another country.
    expect(await post({ ...(await bearer(bound)), ...clientCert() }, { url })).toMatchObject({ status: 403, code: 'NOT_YOUR_COUNTRY' })
    const refused = async (headers: Record<string, string>) => (await post(headers, { url })).detail
    expect(await refused({ ...(await bearer(bound)), ...clientCert(Buffer.from('another')) })).toMatch(/bound to another certificate/)
    expect(await refused(await bearer(bound))).toMatch(/the connection has none/)
    expect(await refused({ ...(await bearer()), ...clientCert() })).toMatch(/to a certificate of who sends them \(mtls\)/)
  })

  test('is refused if no proxy is configured to name certificates, because any client could name one', async () => {
    expect(await post({ ...(await bearer(bound)), ...clientCert() })).toMatchObject({
      status: 401,
      detail: expect.stringMatching(/the operator must set HOLDFAST_CLIENT_CERT_HEADER$/),
      challenge: expect.stringMatching(/^Bearer error="invalid_token"/),
    })
  })
})

test('a bound token whose key is revoked is refused with any proof', async () => {
  expect(await post(await dpop(await sign()))).toMatchObject({ status: 202 })
  register(memberOf('SG', thief, { bound: 'dpop' }), ...everybody.slice(1))
  await expect.poll(async () => (await post(await dpop(await sign()))).status, { interval: 20, timeout: 10_000 }).toBe(401)
  expect(await post(await dpop(await sign()))).toMatchObject({ detail: expect.stringMatching(/is registered no more/) })
})
