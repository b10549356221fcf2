import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runHoldfast, workIn } from '@holdfast/test-kit/run-holdfast'
import { createDpopVerifier, createTokenVerifier, ensureDevelopmentMembers, loadMembers, makeKey, membersFileSchema } from '@holdfast/trust'
import { calculateJwkThumbprint, decodeJwt, decodeProtectedHeader } from 'jose'
import { afterAll, expect, onTestFinished, test } from 'vitest'

const directory = mkdtempSync(join(tmpdir(), 'holdfast-bound-'))
workIn(directory)
afterAll(() => rmSync(directory, { recursive: true }))

const holdfast = runHoldfast
const file = (name: string, content: string) => {
  writeFileSync(join(directory, name), content)
  return name
}

// The certificate of the example in RFC 9440, 2.2.
const der =
  'MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk='
const certificate = `-----BEGIN CERTIFICATE-----\n${der.replace(/.{64}/g, '$&\n')}\n-----END CERTIFICATE-----\n`

const data = join(directory, 'data')
ensureDevelopmentMembers(data)
const url = 'http://127.0.0.1:8080/v1/requests'
const bound = (...options: string[]) => holdfast(['token', '--member', 'SG', ...options], { env: { HOLDFAST_DATA: data } })

test('a token bound to a key is printed with the proof for one request', async () => {
  const made = await holdfast(['keygen', '--dpop', '--kid', 'sender'])
  expect([made.code, made.err]).toEqual([0, expect.stringContaining('proves possession of the tokens that are bound to it')])
  const { jkt } = JSON.parse(made.out)
  const { out } = await bound('--dpop', 'sender.private.jwk', '--for', `GET ${url}`)
  const [, token = '', proof = ''] = /^Authorization: DPoP (\S+)\nDPoP: (\S+)\n$/.exec(out) ?? []
  const [members, now] = [loadMembers(join(data, 'members.json')), () => new Date()]
  const verify = createTokenVerifier({ members, now, clockSkewSeconds: 5 })
  const verifyProof = createDpopVerifier({ now, clockSkewSeconds: 5, proofsOfSideMax: 9 })
  const request = { proof, method: 'GET', origins: [new URL(url).origin], path: '/v1/requests' }
  const verified = await verify(`DPoP ${token}`, undefined, sent => verifyProof(request, { ...sent, jkt: sent.bound.jkt ?? '' }))
  expect(verified).toMatchObject({ ok: true, value: { country: 'SG', bound: { jkt } } })
})

test('a token bound to a certificate names it, and an unbound token does not', async () => {
  const certified = await bound('--cert', file('sender.pem', certificate))
  const thumbprint = Buffer.from(new X509Certificate(certificate).fingerprint256.replaceAll(':', ''), 'hex').toString('base64url')
  expect(decodeJwt(certified.out)).toMatchObject({ cnf: { 'x5t#S256': thumbprint } })
  expect(decodeJwt((await bound()).out)).not.toHaveProperty('cnf')
})

test('tokens that cannot be bound, and missing options, are refused with advice', async () => {
  file('sender.jwk', JSON.stringify(makeKey('sender').privateKey))
  const refused: ReadonlyArray<readonly [words: string[], told: string]> = [
    [['token', '--member', 'SG', '--operator', '--dpop', 'sender.jwk'], 'not those of operators'],
    [['token', '--member', 'SG', '--for', `GET ${url}`], '--for needs the key of the sender'],
    [['token', '--member', 'SG', '--dpop', 'sender.jwk', '--for', url], 'It must be a method and an address'],
    [['show', 'x', '--dpop'], 'name a member'],
    [['keygen', '--dpop', '--bound', 'dpop'], 'are only for the key of a member'],
  ]
  await Promise.all(
    refused.map(async ([words, told]) =>
      expect(await holdfast(words, { env: { HOLDFAST_DATA: data, HOLDFAST_TOKEN: 'given' } })).toMatchObject({
        code: 2,
        err: expect.stringContaining(told),
      }),
    ),
  )
})

test('keygen writes an entry that requires bound tokens', async () => {
  const { out } = await holdfast(['keygen', '--member', 'SG', '--bound', 'dpop', '--kid', 'bound'])
  expect(membersFileSchema.parse({ members: [JSON.parse(out)] }).members).toMatchObject([{ country: 'SG', bound: 'dpop' }])
})

test('a command with --dpop binds its token to a new key, and proves possession', async () => {
  const seen: IncomingHttpHeaders[] = []
  const engine = createServer((request, response) => {
    seen.push(request.headers)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ alerts: [] }))
  })
  engine.listen(0, '127.0.0.1')
  await once(engine, 'listening')
  onTestFinished(() => void engine.close())
  const address = `http://127.0.0.1:${(engine.address() as AddressInfo).port}`
  expect(await holdfast(['alerts', '--member', 'SG', '--dpop', '--url', address], { env: { HOLDFAST_DATA: data } })).toMatchObject({
    code: 0,
  })
  const [{ authorization = '', dpop = '' } = {}] = seen
  const { jwk } = decodeProtectedHeader(String(dpop))
  expect(authorization).toMatch(/^DPoP /)
  expect(decodeJwt(authorization.slice('DPoP '.length))).toMatchObject({ iss: 'SG', cnf: { jkt: await calculateJwkThumbprint(jwk ?? {}) } })
  expect(decodeJwt(String(dpop))).toMatchObject({ htm: 'GET', htu: `${address}/v1/alerts` })
})
