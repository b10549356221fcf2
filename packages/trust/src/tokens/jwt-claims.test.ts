import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import fc from 'fast-check'
import { errors, jwtVerify, SignJWT } from 'jose'
import { expect, test } from 'vitest'
import type { PublicKeyJwk } from '../registry/members.ts'
import { isSignedBy, readJws } from './jws.ts'
import { claimsOf, unauthenticated, verifyingKeyOf } from './jwt.ts'

// A library judges the same tokens: ours is there for its speed alone.

const kinds = (['ed25519', 'ec'] as const).map(kind => {
  const { privateKey, publicKey } = kind === 'ec' ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : generateKeyPairSync('ed25519')
  return { privateKey, key: verifyingKeyOf({ ...publicKey.export({ format: 'jwk' }), kid: 'k' } as unknown as PublicKeyJwk) }
})
const at = new Date('2026-07-23T10:00:00.500Z')
const now = Math.floor(at.getTime() / 1000)
const instant = fc.oneof(
  fc.constantFrom(-3_700, -3_661, -3_660, -3_600, -61, -60, -59, 0, 59, 60, 61, 600).map(seconds => now + seconds),
  fc.constantFrom('1', null, undefined, now + 0.5),
)
/** Mostly what is right, so that what is wrong stands alone. */
const mostly = <T>(right: T, otherwise: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 8, arbitrary: fc.constant<unknown>(right) }, { weight: 2, arbitrary: otherwise })
const claims = fc.record({
  iss: mostly('SG', fc.constantFrom('TL', undefined)),
  sub: mostly('a', fc.constant(undefined)),
  aud: mostly('holdfast', fc.constantFrom('other', ['other', 'holdfast'], ['other'], [], undefined, 1)),
  exp: mostly(now + 300, instant),
  iat: mostly(now, instant),
  nbf: mostly(undefined, instant),
  jti: mostly('j', fc.constant(undefined)),
})
const heads = fc.constantFrom<Record<string, unknown>>({}, { typ: 'JWT' }, { crit: ['urn:an-extension'], 'urn:an-extension': 1 })
const signedBy = (alg: string, head: object, payload: object, key: KeyObject) =>
  new SignJWT(payload as Record<string, never>)
    .setProtectedHeader({ ...head, alg, kid: 'k' } as never)
    .sign(key, { crit: { 'urn:an-extension': true } } as never)
const notSigned = unauthenticated('not signed')

test('tokens are judged as the library judges them, whatever they claim', async () => {
  let right = 0
  await fc.assert(
    fc.asyncProperty(claims, heads, fc.nat(1), fc.nat(1), fc.boolean(), async (payload, head, by, under, isOld) => {
      const [{ privateKey }, { key }] = [kinds[by], kinds[under]] as [(typeof kinds)[0], (typeof kinds)[0]]
      const alg = by === 1 ? 'ES256' : isOld ? 'EdDSA' : 'Ed25519'
      const token = await signedBy(alg, head, JSON.parse(JSON.stringify(payload)), privateKey).catch(() => undefined)
      if (!token) return
      const jws = readJws(token)
      const ours = claimsOf(jws, isSignedBy(jws, key), { audience: 'holdfast', issuer: 'SG', at, clockSkewSeconds: 60, notSigned })
      const theirs = await jwtVerify(token, key.key, {
        algorithms: key.algorithms,
        audience: 'holdfast',
        issuer: 'SG',
        currentDate: at,
        clockTolerance: 60,
        maxTokenAge: 3_600,
        requiredClaims: ['iss', 'sub', 'exp', 'iat', 'jti'],
      }).then(
        () => 'right',
        error =>
          error instanceof errors.JWTExpired ? 'expired' : error instanceof errors.JWTClaimValidationFailed ? 'claim' : 'not signed',
      )
      if (ours.ok) right++
      const said = ours.ok ? 'right' : ours === notSigned ? 'not signed' : ours.error.message.includes('expired') ? 'expired' : 'claim'
      expect(said, JSON.stringify({ payload, head, alg, under })).toBe(theirs)
    }),
    { seed: 20261128, numRuns: 3_000 },
  )
  expect(right).toBeGreaterThan(100)
}, 60_000)
