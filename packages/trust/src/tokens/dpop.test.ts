import { generateKeyPairSync, hash, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createDpopVerifier, type ProvedRequest } from './dpop.ts'
import { createDpopKey } from './dpop-key.ts'
import type { UserOfProof } from './proof-memory.ts'

const made = new Date('2026-11-28T10:00:00Z')
const iat = made.getTime() / 1000
const token = 'eyJh.eyJp.c2ln'
const url = 'https://freeze.example.org/v1/requests'

const edwards = generateKeyPairSync('ed25519').privateKey
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
function publicPart(key: KeyObject) {
  const { kty, crv, x, y } = key.export({ format: 'jwk' })
  return { kty, crv, x, ...(y === undefined ? {} : { y }) } as { kty: string; crv: string; x: string }
}

const claims = { jti: '1', htm: 'POST', htu: url, iat, ath: hash('sha256', token, 'base64url') }
/** As another implementation makes it. */
const prove = (
  changes: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
  key: Parameters<SignJWT['sign']>[0] = edwards,
): Promise<string> =>
  new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ typ: 'dpop+jwt', alg: 'Ed25519', jwk: publicPart(edwards), ...header })
    .sign(key)

async function setUp({ proofsOfSideMax = 1_000, key = edwards }: { proofsOfSideMax?: number; key?: KeyObject } = {}) {
  const clock = { now: made }
  const verify = createDpopVerifier({ now: () => clock.now, clockSkewSeconds: 30, proofsOfSideMax })
  const jkt = await calculateJwkThumbprint(publicPart(key))
  const request = { method: 'POST', origins: ['https://freeze.example.org'], path: '/v1/requests' }
  const judge = (proof: string | undefined, changes: Partial<ProvedRequest> = {}, user: UserOfProof = { side: 'SG/system' }) =>
    verify({ proof, ...request, ...changes }, { token, bound: { jkt }, jkt, ...user })
  const wordsOf = async (...judged: Parameters<typeof judge>) => (await judge(...judged))?.message ?? 'taken'
  return { clock, judge, wordsOf }
}

describe('a proof', () => {
  test('by the key that the token is bound to, for this request and this token, is taken', async () => {
    const { wordsOf } = await setUp()
    expect(await wordsOf(await prove())).toBe('taken')
    expect(await wordsOf(await prove({ jti: '2' }, { alg: 'EdDSA' }))).toBe('taken')
    // RFC 9449, 4.3: without query and fragment, and by the syntax of addresses.
    expect(await wordsOf(await prove({ jti: '3', htu: 'HTTPS://Freeze.example.org:443/v1/requests?a=1#b' }))).toBe('taken')
    expect(await wordsOf(await prove({ jti: '4' }, { jwk: { ...publicPart(edwards), kid: 'sender', use: 'sig' } }))).toBe('taken')
    const hardware = await setUp({ key: elliptic })
    expect(await hardware.wordsOf(await prove({}, { alg: 'ES256', jwk: publicPart(elliptic) }, elliptic))).toBe('taken')
  })

  test('of the example in RFC 9449, 7.1 is taken as it stands there', async () => {
    const proof =
      'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA'
    const verify = createDpopVerifier({ now: () => new Date(1562262618_000), clockSkewSeconds: 0, proofsOfSideMax: 1 })
    const request = { method: 'GET', origins: ['https://resource.example.org'], path: '/protectedresource' }
    const jkt = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I'
    const bound = { token: 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU', bound: { jkt }, jkt, side: 'SG/system' }
    expect(await verify({ proof, ...request }, bound)).toBeUndefined()
  })

  test('that a client of ours makes is taken, and each of them is another', async () => {
    const sender = createDpopKey(edwards)
    expect(sender.thumbprint).toBe(await calculateJwkThumbprint(publicPart(edwards)))
    const { wordsOf } = await setUp()
    const one = () => sender.prove({ method: 'POST', url: `${url}?q=1`, token, now: made })
    expect([await wordsOf(one()), await wordsOf(one())]).toEqual(['taken', 'taken'])
  })

  const smallOrder = Buffer.alloc(32)
  smallOrder[0] = 1
  const unsigned = (header: object) => [header, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const wrong: ReadonlyArray<readonly [what: string, proof: () => Promise<string | undefined> | string | undefined, words: RegExp]> = [
    ['that is not there', () => undefined, /header is missing/],
    ['that came twice', async () => `${await prove()}, ${await prove({ jti: '2' })}`, /several DPoP headers/],
    ['that is no JWT', () => 'x', /is no proof/],
    ['that is too long to be one', async () => prove({ more: 'x'.repeat(4200) }), /is no proof/],
    ['of another type, such as a token', () => prove({}, { typ: 'JWT' }), /not of the type "dpop\+jwt"/],
    ['without a type', () => prove({}, { typ: undefined }), /not of the type "dpop\+jwt"/],
    ['of alg none', () => `${unsigned({ typ: 'dpop+jwt', alg: 'none', jwk: publicPart(edwards) })}.`, /the algorithm "none"/],
    ['of HS256', () => prove({}, { alg: 'HS256' }, Buffer.from(publicPart(edwards).x, 'base64url')), /an algorithm that is not taken/],
    ['with its private key in the header', () => prove({}, { jwk: edwards.export({ format: 'jwk' }) }), /carries a private key/],
    ['without a key', () => prove({}, { jwk: undefined }), /no public key/],
    ['with a key of another kind', () => prove({}, { jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } }), /no public key/],
    [
      'with a point of small order for a key',
      () => prove({}, { jwk: { ...publicPart(edwards), x: smallOrder.toString('base64url') } }),
      /no public key/,
    ],
    [
      'with a key that is no point of its curve',
      () => prove({}, { jwk: { ...publicPart(elliptic), x: publicPart(edwards).x } }),
      /no public key/,
    ],
    [
      'by another key',
      () => prove({}, { jwk: publicPart(elliptic), alg: 'ES256' }, elliptic),
      /^the proof is not signed by the key that the token is bound to$/,
    ],
    [
      'that names the key and is signed by another',
      () => prove({}, {}, generateKeyPairSync('ed25519').privateKey),
      /^the proof is not signed by the key that the token is bound to$/,
    ],
    ['with something that has to be understood', () => prove({}, { crit: ['b64'], b64: true }), /not signed by the key/],
    ['for another method', () => prove({ htm: 'GET' }), /another method \(htm\)/],
    ['for a method in small letters', () => prove({ htm: 'post' }), /another method \(htm\)/],
    ['for another path', () => prove({ htu: `${url}/` }), /another address \(htu\)/],
    ['for another host', () => prove({ htu: 'https://freeze.example.com/v1/requests' }), /another address \(htu\)/],
    ['without TLS', () => prove({ htu: 'http://freeze.example.org/v1/requests' }), /another address \(htu\)/],
    ['for no address', () => prove({ htu: '/v1/requests' }), /another address \(htu\)/],
    ['for another token', () => prove({ ath: hash('sha256', `${token}x`, 'base64url') }), /another token \(ath\)/],
    ['for no token', () => prove({ ath: undefined }), /another token \(ath\)/],
    ['without an instant', () => prove({ iat: 'now' }), /when it was made/],
    ['of 91 seconds ago', () => prove({ iat: iat - 91 }), /older than 60 seconds/],
    ['of 31 seconds from now', () => prove({ iat: iat + 31 }), /of the future/],
    ['without a name', () => prove({ jti: undefined }), /no name of its own/],
  ]
  test.each(wrong)('%s is refused in its own words', async (_what, proof, words) => {
    const { judge, wordsOf } = await setUp()
    const sent = await proof()
    expect(await judge(sent)).toEqual({ code: 'UNAUTHENTICATED', message: expect.stringMatching(words), dpopError: 'invalid_dpop_proof' })
    // And it has used up nothing.
    expect(await wordsOf(await prove())).toBe('taken')
  })

  test('is taken with its key in canonical base64url, and with no other of the four spellings of it', async () => {
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const spelled = (number: string, bits: number) => number.slice(0, -1) + letters[letters.indexOf(number.at(-1) ?? '') + bits]
    const edwardsKey = publicPart(edwards)
    const ellipticKey = publicPart(elliptic) as ReturnType<typeof publicPart> & { y: string }
    const judged = async (bits: number) => {
      const [one, another] = [await setUp(), await setUp({ key: elliptic })]
      const ofElliptic = (jwk: object) => prove({}, { alg: 'ES256', jwk }, elliptic)
      return [
        await one.wordsOf(await prove({}, { jwk: { ...edwardsKey, x: spelled(edwardsKey.x, bits) } })),
        await another.wordsOf(await ofElliptic({ ...ellipticKey, x: spelled(ellipticKey.x, bits) })),
        await another.wordsOf(await ofElliptic({ ...ellipticKey, y: spelled(ellipticKey.y, bits) })),
      ]
    }
    // The same proof counts once, so the third of the canonical ones is a repeat.
    expect(await judged(0)).toEqual(['taken', 'taken', expect.stringMatching(/used before/)])
    for (const bits of [1, 2, 3]) expect(await judged(bits)).toEqual(Array(3).fill(expect.stringMatching(/no public key/)))
  })

  test('as old, or as young, as clocks may differ is taken', async () => {
    const { wordsOf } = await setUp()
    expect(await wordsOf(await prove({ iat: iat - 90 }))).toBe('taken')
    expect(await wordsOf(await prove({ iat: iat + 30, jti: '2' }))).toBe('taken')
  })

  test('for an address by which the engine does not know itself is refused, with what has to be set', async () => {
    const { wordsOf } = await setUp()
    expect(await wordsOf(await prove(), { origins: [] })).toMatch(/HOLDFAST_PUBLIC_ORIGINS has to name it/)
  })

  test('counts once, for as long as it could be used again', async () => {
    const { clock, wordsOf } = await setUp()
    const proof = await prove({ iat: iat + 30 })
    expect(await wordsOf(proof)).toBe('taken')
    for (const seconds of [0, 1, 60, 119, 120]) {
      clock.now = new Date(made.getTime() + seconds * 1000)
      expect(await wordsOf(proof), `${seconds}`).toMatch(/used before \(jti\)/)
      // What comes meanwhile does not have it forgotten.
      expect(await wordsOf(await prove({ iat: iat + seconds, jti: `later-${seconds}` }))).toBe('taken')
    }
    clock.now = new Date(made.getTime() + 121_000)
    expect(await wordsOf(proof)).toMatch(/older than/)
  })

  test('counts once also where it came right before others were forgotten, to the last moment of its time', async () => {
    const { clock, wordsOf } = await setUp()
    clock.now = new Date(made.getTime() + 1)
    expect(await wordsOf(await prove({ jti: 'first' }))).toBe('taken')
    const proof = await prove({ iat: iat + 150 })
    const wordsAt = (ms: number) => {
      clock.now = new Date(made.getTime() + ms)
      return wordsOf(proof)
    }
    expect(await wordsAt(120_000)).toBe('taken')
    for (const ms of [120_001, 180_000, 240_001, 240_999]) expect(await wordsAt(ms)).toMatch(/used before/)
    expect(await wordsAt(241_000)).toMatch(/older than/)
  })

  test('of a side that has used more than are remembered is not taken, and those of others are', async () => {
    const { clock, judge, wordsOf } = await setUp({ proofsOfSideMax: 2 })
    expect([await wordsOf(await prove()), await wordsOf(await prove({ jti: '2' }))]).toEqual(['taken', 'taken'])
    expect(await judge(await prove({ jti: '3' }))).toMatchObject({ code: 'RATE_LIMITED', retryAfterMs: 121_000 })
    expect(await wordsOf(await prove({ jti: '3' }), {}, { side: 'TL/system' })).toBe('taken')
    clock.now = new Date(made.getTime() + 300_000)
    expect(await wordsOf(await prove({ jti: '3', iat: iat + 300 }))).toBe('taken')
  })

  test('of one who has used half of what its side may is not taken, and those of colleagues are', async () => {
    const { clock, judge } = await setUp({ proofsOfSideMax: 4 })
    const codeOf = async (who: string, jti: string, later = 0) =>
      (await judge(await prove({ jti, iat: iat + later }), {}, { side: 'SG/officer', who }))?.code ?? 'taken'
    expect([await codeOf('a.tan', '1'), await codeOf('a.tan', '2')]).toEqual(['taken', 'taken'])
    // Half a memory later it still counts.
    clock.now = new Date(made.getTime() + 130_000)
    expect([await codeOf('a.tan', '3', 130), await codeOf('b.lee', '4', 130)]).toEqual(['RATE_LIMITED', 'taken'])
    expect([await codeOf('b.lee', '5', 130), await codeOf('c.ong', '6', 130)]).toEqual(['taken', 'RATE_LIMITED'])
    clock.now = new Date(made.getTime() + 400_000)
    expect(await codeOf('a.tan', '7', 400)).toBe('taken')
  })
})
