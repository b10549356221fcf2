import { hash, X509Certificate } from 'node:crypto'
import type { BoundToken } from '@holdfast/trust'
import { createDpopVerifier } from '@holdfast/trust'
import { expect, test } from 'vitest'
import { createHolding } from './holding.ts'

// The certificate of the example in RFC 9440, 2.2.
const der =
  'MIIBqDCCAU6gAwIBAgIBBzAKBggqhkjOPQQDAjA6MRswGQYDVQQKDBJMZXQncyBBdXRoZW50aWNhdGUxGzAZBgNVBAMMEkxBIEludGVybWVkaWF0ZSBDQTAeFw0yMDAxMTQyMjU1MzNaFw0yMTAxMjMyMjU1MzNaMA0xCzAJBgNVBAMMAkJDMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE8YnXXfaUgmnMtOXU/IncWalRhebrXmckC8vdgJ1p5Be5F/3YC8OthxM4+k1M6aEAEFcGzkJiNy6J84y7uzo9M6NyMHAwCQYDVR0TBAIwADAfBgNVHSMEGDAWgBRm3WjLa38lbEYCuiCPct0ZaSED2DAOBgNVHQ8BAf8EBAMCBsAwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0RAQH/BBMwEYEPYmRjQGV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gAMEUCIBHda/r1vaL6G3VliL4/Di6YK0Q6bMjeSkC3dFCOOB8TAiEAx/kHSB4urmiZ0NX5r5XarmPk0wmuydBVoU4hBVZ1yhk='
const header = `:${der}:`
const thumbprint = Buffer.from(new X509Certificate(Buffer.from(der, 'base64')).fingerprint256.replaceAll(':', ''), 'hex').toString(
  'base64url',
)

const tokenBoundTo = (bound: BoundToken['bound']): BoundToken => ({ token: 'a.b.c', bound, side: 'SG/system' })

async function wordsOf(
  clientCert: string | string[] | undefined,
  { trusts = true, bound = { 'x5t#S256': thumbprint } as BoundToken['bound'] } = {},
): Promise<string> {
  const verifyProof = createDpopVerifier({ now: () => new Date(), clockSkewSeconds: 0, proofsOfSideMax: 1 })
  const holding = createHolding({ verifyProof, originsOf: () => [], trustsClientCert: trusts })
  const headers = clientCert === undefined ? {} : { 'client-cert': clientCert }
  return (await holding({ headers, method: 'GET', url: '/' })(tokenBoundTo(bound)))?.message ?? 'held'
}

test('a certificate is proved by the connection that used it, as the proxy states', async () => {
  expect(await wordsOf(header)).toBe('held')
})

/**
 * As nginx writes `$ssl_client_escaped_cert`: the PEM, with every character escaped except letters, digits, `-`, `.`,
 * `_` and `~`.
 */
const pem = `-----BEGIN CERTIFICATE-----\n${der.replaceAll(/(.{64})/g, '$1\n')}\n-----END CERTIFICATE-----\n`
const escaped = encodeURIComponent(pem)

test('a certificate in the form of nginx is accepted', async () => {
  expect(await wordsOf(escaped)).toBe('held')
  expect(await wordsOf(escaped.replaceAll(/%[0-9A-F]{2}/g, code => code.toLowerCase()))).toBe('held')
  expect(await wordsOf(escaped, { trusts: false })).toMatch(/the operator must set HOLDFAST_CLIENT_CERT_HEADER/)
  expect(await wordsOf(encodeURIComponent(pem.replace(/MIIB/, 'MIIC')))).toMatch(/bound to another certificate/)
})

test('a truncated, duplicated or malformed escaped certificate is ignored', async () => {
  const others = [
    pem,
    escaped.slice(0, -40),
    escaped.slice(0, -10).concat('%'),
    escaped.concat(escaped),
    `${escaped}, ${escaped}`,
    encodeURIComponent(pem.replaceAll('CERTIFICATE', 'PRIVATE KEY')),
    encodeURIComponent(pem.replace(/MIIB/, 'MI*B')),
    encodeURIComponent('-----BEGIN CERTIFICATE-----\n\n-----END CERTIFICATE-----\n'),
  ]
  for (const text of others) expect(await wordsOf(text), text.slice(-30)).toMatch(/does not name one certificate/)
})

test('a certificate header is ignored if no proxy sets it', async () => {
  expect(await wordsOf(header, { trusts: false })).toMatch(/the operator must set HOLDFAST_CLIENT_CERT_HEADER/)
  expect(await wordsOf(undefined, { trusts: false })).toMatch(/the operator must set HOLDFAST_CLIENT_CERT_HEADER/)
})

test('another, a missing and an unreadable certificate are each refused with their own message', async () => {
  expect(await wordsOf(`:${Buffer.from('another').toString('base64')}:`)).toMatch(/bound to another certificate/)
  expect(await wordsOf(undefined)).toMatch(/the connection has none/)
  const unreadable = /does not name one certificate \(RFC 9440\)/
  for (const text of ['', '::', der, `:${der}`, `"${der}"`, `${header}, ${header}`, `${header};a=1`, hash('sha256', 'x')])
    expect(await wordsOf(text), text.slice(0, 20)).toMatch(unreadable)
  expect(await wordsOf([header, header])).toMatch(unreadable)
})

test('a token that is bound to a key and a certificate needs both', async () => {
  const bound = { 'x5t#S256': thumbprint, jkt: 'A'.repeat(43) }
  expect(await wordsOf(header, { bound })).toMatch(/the DPoP header is missing/)
  expect(await wordsOf(undefined, { bound })).toMatch(/the connection has none/)
})
