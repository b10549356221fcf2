import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { base64url, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import type { Members } from '../registry/members.ts'
import { createTokenVerifier, signToken } from './tokens.ts'

const start = new Date('2024-07-23T02:20:00Z')
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000)

function makeMember(country: string, kid: string) {
  const key = generateKeyPairSync('ed25519').privateKey
  const { x = '' } = key.export({ format: 'jwk' })
  return { key, member: { country, name: country, keys: { keys: [{ kty: 'OKP' as const, crv: 'Ed25519' as const, x, kid }] } } }
}

const singapore = makeMember('SG', 'k1')
const timorLeste = makeMember('TL', 'k1')
const members: Members = new Map([
  ['SG', singapore.member],
  ['TL', timorLeste.member],
])

function setUp() {
  let at = start
  const verify = createTokenVerifier({ members, now: () => at, clockSkewSeconds: 30 })
  const moveTo = (instant: Date) => {
    at = instant
  }
  return { verify, moveTo }
}

const officer = { country: 'SG', role: 'officer', person: 'a.tan' } as const
const sign = (options: Partial<Parameters<typeof signToken>[0]> = {}) =>
  signToken({ actor: officer, key: singapore.key, kid: 'k1', ttlSeconds: 600, now: start, ...options })

const claims = {
  iss: 'SG',
  sub: 'a.tan',
  role: 'officer',
  aud: 'holdfast',
  jti: '1',
  iat: start.getTime() / 1000,
  exp: after(600).getTime() / 1000,
}
const signRaw = (payload: Record<string, unknown>, header: Record<string, unknown> = {}, key: KeyObject = singapore.key) =>
  new SignJWT(payload).setProtectedHeader({ alg: 'EdDSA', kid: 'k1', ...header }).sign(key)

const messageOf = async (authorization: string | undefined) => {
  const result = await setUp().verify(authorization)
  if (result.ok) throw new Error('it was let in')
  expect(result.error.code).toBe('UNAUTHENTICATED')
  return result.error.message
}
const notSigned = 'the token is not signed by a key of the member it names'

test('a person is one person however the name is written', async () => {
  const { verify } = setUp()
  const said = await verify(`Bearer ${await sign({ actor: { ...officer, person: 'A.Tan' } })}`)
  expect(said).toMatchObject({ ok: true, value: officer })
})

test('a token of a member says who speaks, the second time from memory', async () => {
  const { verify } = setUp()
  const authorization = `Bearer ${await sign()}`
  const first = await verify(authorization)
  expect(first).toEqual({
    ok: true,
    value: {
      ...officer,
      tokenId: expect.stringMatching(/^[\w-]{43}$/),
      tokenLifeSeconds: 600,
      tokenEndsAt: after(600),
      signedBy: singapore.member.keys.keys[0]?.x,
    },
  })
  expect(await verify(authorization)).toBe(first)
  expect(await verify(authorization.replace('Bearer', 'bearer'))).toBe(first)
})

test('a key of one country can not speak for another, though both are named alike', async () => {
  expect(await messageOf(`Bearer ${await sign({ key: timorLeste.key })}`)).toBe(notSigned)
})

test('an unknown country, an unknown key and a wrong signature are refused in the same words', async () => {
  expect(await messageOf(`Bearer ${await sign({ actor: { ...officer, country: 'XX' } })}`)).toBe(notSigned)
  expect(await messageOf(`Bearer ${await sign({ kid: 'k2' })}`)).toBe(notSigned)
  const [header, , signature] = (await sign()).split('.')
  const payload = base64url.encode(JSON.stringify({ ...claims, role: 'authority' }))
  expect(await messageOf(`Bearer ${header}.${payload}.${signature}`)).toBe(notSigned)
})

test('a changed token is not taken for the one that is remembered', async () => {
  const { verify } = setUp()
  const token = await sign()
  expect((await verify(`Bearer ${token}`)).ok).toBe(true)
  const [header, , signature] = token.split('.')
  const payload = base64url.encode(JSON.stringify({ ...claims, sub: 'another.person' }))
  expect((await verify(`Bearer ${header}.${payload}.${signature}`)).ok).toBe(false)
})

test('no algorithm but that of the key is taken, whatever the header says', async () => {
  const encode = (value: unknown) => base64url.encode(JSON.stringify(value))
  const unsigned = `${encode({ alg: 'none', kid: 'k1' })}.${encode(claims)}`
  expect(await messageOf(`Bearer ${unsigned}.`)).toMatch(/not "Bearer" with a signed JWT/)
  expect(await messageOf(`Bearer ${unsigned}.AA`)).toMatch(/is not signed: .*"none"/)
  const publicKey = new TextEncoder().encode(singapore.member.keys.keys[0]?.x)
  const confused = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(publicKey)
  expect(await messageOf(`Bearer ${confused}`)).toMatch(/algorithm that is not taken/)
  // The same for a key that no member has: it tells nothing of which there are.
  const ofUnknown = await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid: 'unknown' }).sign(publicKey)
  expect(await messageOf(`Bearer ${ofUnknown}`)).toBe(await messageOf(`Bearer ${confused}`))
})

test('a key that the token brings along is not looked at', async () => {
  const own = generateKeyPairSync('ed25519')
  const token = await signRaw(claims, { jwk: own.publicKey.export({ format: 'jwk' }) }, own.privateKey)
  expect(await messageOf(`Bearer ${token}`)).toBe(notSigned)
})

test('a token ends, with the skew allowed, also when it is remembered', async () => {
  const { verify, moveTo } = setUp()
  const authorization = `Bearer ${await sign()}`
  for (const [seconds, ok] of [
    [0, true],
    [629, true],
    [631, false],
  ] as const) {
    moveTo(after(seconds))
    expect((await verify(authorization)).ok).toBe(ok)
  }
  const fresh = setUp()
  fresh.moveTo(after(631))
  expect(await fresh.verify(authorization)).toMatchObject({ error: { message: expect.stringMatching(/expired/) } })
})

test('who is verified comes with the instant at which the token ends: what stays open ends then', async () => {
  const endOf = async (authorization: string) => {
    const verified = await setUp().verify(authorization)
    return verified.ok && verified.value.tokenEndsAt
  }
  expect(await endOf(`Bearer ${await sign({ ttlSeconds: 2 })}`)).toEqual(after(2))
  // One that claims to live for a year lives for an hour.
  expect(await endOf(`Bearer ${await signRaw({ ...claims, exp: claims.iat + 31_536_000 })}`)).toEqual(after(3600))
})

test('a token of the future, or one that would live for a year, is refused', async () => {
  expect(await messageOf(`Bearer ${await sign({ now: after(60) })}`)).toMatch(/"iat"/)
  const { verify, moveTo } = setUp()
  const yearLong = `Bearer ${await signRaw({ ...claims, exp: claims.iat + 31_536_000 })}`
  expect((await verify(yearLong)).ok).toBe(true)
  moveTo(after(3700))
  expect((await verify(yearLong)).ok).toBe(false)
  await expect(async () => sign({ ttlSeconds: 3601 })).rejects.toThrow(/1 to 3600 seconds/)
})

test('each claim is needed and must be right', async () => {
  expect(await messageOf(`Bearer ${await signRaw({ ...claims, aud: 'elsewhere' })}`)).toMatch(/"aud"/)
  for (const claim of ['aud', 'exp', 'iat', 'jti', 'sub'])
    expect(await messageOf(`Bearer ${await signRaw({ ...claims, [claim]: undefined })}`), claim).toMatch(`"${claim}"`)
  expect(await messageOf(`Bearer ${await signRaw({ ...claims, role: 'validation' })}`)).toMatch(/known role/)
  expect(await messageOf(`Bearer ${await signRaw({ ...claims, sub: 'a tan/officer' })}`)).toMatch(/person/)
})

test('what is no token at all is refused before it is read', async () => {
  expect(await messageOf(undefined)).toMatch(/missing/)
  expect(await messageOf('')).toMatch(/missing/)
  expect(await messageOf('Basic YTpi')).toMatch(/not "Bearer"/)
  expect(await messageOf('Bearer x')).toMatch(/not "Bearer"/)
  expect(await messageOf('Bearer !.!.!')).toMatch(/not "Bearer"/)
  expect(await messageOf('Bearer AAAA.AAAA.AAAA')).toBe(notSigned)
  expect(await messageOf(`Bearer ${'A'.repeat(1_000_000)}.A.A`)).toMatch(/too long/)
})

test('a refusal never repeats what was sent', async () => {
  const secret = 'c2VjcmV0'
  for (const authorization of [`Bearer ${secret}`, `Bearer ${secret}.${secret}.${secret}`, secret])
    expect(await messageOf(authorization)).not.toContain(secret)
})

test('a private key is taken as a JWK as well', async () => {
  const { kty, crv, x, d } = singapore.key.export({ format: 'jwk' })
  const jwk = { kty, crv, x, d, kid: 'k1' } as Exclude<Parameters<typeof signToken>[0]['key'], KeyObject>
  expect(createPrivateKey({ key: { ...jwk }, format: 'jwk' }).asymmetricKeyType).toBe('ed25519')
  expect(await setUp().verify(`Bearer ${await sign({ key: jwk })}`)).toMatchObject({ ok: true })
})

test('a record that waited longer than its token lives is judged by when it was taken', async () => {
  const { verify, moveTo } = setUp()
  const authorization = `Bearer ${await sign()}`
  moveTo(after(7200))
  expect(await verify(authorization)).toMatchObject({ ok: false })
  expect(await verify(authorization, after(60))).toMatchObject({ ok: true, value: officer })
  expect(await verify(authorization, after(7200))).toMatchObject({ ok: false })
})
