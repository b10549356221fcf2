import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { createTokenVerifier } from '../tokens/tokens.ts'
import { type Member, membersFileSchema } from './members.ts'
import { createRegistry } from './registry.ts'

const start = new Date('2026-07-23T02:20:00Z')
const seconds = (instant: Date) => instant.getTime() / 1000
const after = (more: number) => new Date(start.getTime() + more * 1000)

interface Made {
  readonly key: KeyObject
  readonly jwk: Member['keys']['keys'][number]
}

function ed25519(kid: string, more: object = {}): Made {
  const key = generateKeyPairSync('ed25519').privateKey
  const { x = '' } = key.export({ format: 'jwk' })
  return { key, jwk: { kty: 'OKP', crv: 'Ed25519', x, kid, ...more } }
}

function p256(kid: string): Made {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return { key, jwk: { kty: 'EC', crv: 'P-256', x, y, kid } }
}

const membersWith = (...keys: readonly Made[]): ReadonlyMap<string, Member> =>
  new Map([['SG', { country: 'SG', name: 'Singapore', keys: { keys: keys.map(({ jwk }) => jwk) } }]])

const sign = (key: KeyObject, alg: string, kid: string, at = start) =>
  new SignJWT({ role: 'officer' })
    .setProtectedHeader({ alg, kid })
    .setIssuer('SG')
    .setSubject('a.tan')
    .setAudience('holdfast')
    .setIssuedAt(seconds(at))
    .setExpirationTime(seconds(at) + 600)
    .setJti('1')
    .sign(key)

function verifierOf(...keys: readonly Made[]) {
  const registry = createRegistry(membersWith(...keys))
  let at = start
  const verify = createTokenVerifier({ members: registry, now: () => at, clockSkewSeconds: 30 })
  return {
    registry,
    isTaken: async (token: string) => (await verify(`Bearer ${token}`)).ok,
    verify,
    moveTo(instant: Date) {
      at = instant
    },
  }
}

test('a key signs with what it is for: Ed25519 under its name and its former one, ES256', async () => {
  const [edwards, elliptic] = [ed25519('ed'), p256('p')]
  const { isTaken } = verifierOf(edwards, elliptic)
  expect(await isTaken(await sign(edwards.key, 'Ed25519', 'ed'))).toBe(true)
  expect(await isTaken(await sign(edwards.key, 'EdDSA', 'ed'))).toBe(true)
  expect(await isTaken(await sign(elliptic.key, 'ES256', 'p'))).toBe(true)
})

test('a key of one kind is not taken for one of another, nor for a secret', async () => {
  const [edwards, elliptic] = [ed25519('ed'), p256('p')]
  const { isTaken } = verifierOf(edwards, elliptic)
  expect(await isTaken(await sign(edwards.key, 'Ed25519', 'p'))).toBe(false)
  expect(await isTaken(await sign(elliptic.key, 'ES256', 'ed'))).toBe(false)
  const secret = new TextEncoder().encode(elliptic.jwk.x)
  const confused = await new SignJWT({}).setProtectedHeader({ alg: 'HS256', kid: 'p' }).setIssuer('SG').sign(secret)
  expect(await isTaken(confused)).toBe(false)
})

test('a key that is revoked counts from that moment on no more, also for a token that was taken before', async () => {
  const [old, next] = [ed25519('old'), ed25519('next')]
  const { registry, isTaken } = verifierOf(old)
  const token = await sign(old.key, 'Ed25519', 'old')
  expect(await isTaken(token)).toBe(true)
  registry.replace(membersWith(old, next))
  expect(await isTaken(token)).toBe(true)
  expect(await isTaken(await sign(next.key, 'Ed25519', 'next'))).toBe(true)
  registry.replace(membersWith(next))
  expect(await isTaken(token)).toBe(false)
  registry.replace(new Map())
  expect(await isTaken(await sign(next.key, 'Ed25519', 'next'))).toBe(false)
})

test('a key that leaves while its token is verified has verified nothing, and one that stays has', async () => {
  const [old, next] = [ed25519('old'), ed25519('next')]
  const { registry, isTaken } = verifierOf(old, next)
  const token = await sign(old.key, 'Ed25519', 'old')
  const stays = isTaken(token)
  registry.replace(membersWith(old))
  expect(await stays).toBe(true)
  const again = await sign(old.key, 'Ed25519', 'old', after(1))
  const leaves = isTaken(again)
  registry.replace(membersWith(next))
  expect([await leaves, await isTaken(again)]).toEqual([false, false])
})

test('of many tokens at once each is judged, however few are verified at a time', async () => {
  const [known, stranger] = [ed25519('k'), ed25519('k')]
  const { isTaken } = verifierOf(known)
  const tokens = await Promise.all(
    Array.from({ length: 40 }, (_, n) => sign(n % 3 === 0 ? stranger.key : known.key, 'Ed25519', 'k', after(n - 60))),
  )
  expect(await Promise.all(tokens.map(isTaken))).toEqual(tokens.map((_, n) => n % 3 !== 0))
})

test('the holder of a key that has gone, or that is for another time, learns so; a sender that only names one learns nothing', async () => {
  const [old, next, stranger, bounded] = [ed25519('old'), ed25519('old'), ed25519('old'), ed25519('b', { exp: seconds(after(300)) })]
  const { registry, verify, moveTo } = verifierOf(old, bounded)
  const wordsFor = async (made: Made, kid: string) => {
    const result = await verify(`Bearer ${await sign(made.key, 'Ed25519', kid)}`)
    return result.ok ? 'taken' : result.error.message
  }
  const notSigned = 'the token is not signed by a key of the member it names'
  expect(await wordsFor(old, 'old')).toBe('taken')
  registry.replace(membersWith(bounded))
  expect([await wordsFor(old, 'old'), await wordsFor(stranger, 'old')]).toEqual([expect.stringMatching(/registered no more/), notSigned])
  // Also where its name is another key's by then.
  registry.replace(membersWith(next, bounded))
  expect([await wordsFor(old, 'old'), await wordsFor(next, 'old')]).toEqual([expect.stringMatching(/registered no more/), 'taken'])
  registry.replace(membersWith(old, bounded))
  expect([await wordsFor(old, 'old'), await wordsFor(next, 'old')]).toEqual(['taken', expect.stringMatching(/registered no more/)])
  moveTo(after(300))
  expect([await wordsFor(bounded, 'b'), await wordsFor(stranger, 'b')]).toEqual([expect.stringMatching(/another time/), notSigned])
})

test('another key under the name of one that was revoked does not bring back its tokens', async () => {
  const [old, next] = [ed25519('k1'), ed25519('k1')]
  const { registry, isTaken } = verifierOf(old)
  const token = await sign(old.key, 'Ed25519', 'k1')
  expect(await isTaken(token)).toBe(true)
  registry.replace(membersWith(next))
  expect(await isTaken(token)).toBe(false)
})

test('a key verifies nothing before it begins and nothing once it has ended, and a token ends with it', async () => {
  const bounded = ed25519('b', { nbf: seconds(after(100)), exp: seconds(after(300)) })
  const { isTaken, verify, moveTo } = verifierOf(bounded)
  const early = await sign(bounded.key, 'Ed25519', 'b')
  expect(await isTaken(early)).toBe(false)
  moveTo(after(100))
  const token = await sign(bounded.key, 'Ed25519', 'b', after(100))
  expect(await verify(`Bearer ${token}`)).toMatchObject({ ok: true, value: { signedBy: bounded.jwk.x, tokenEndsAt: after(300) } })
  moveTo(after(299))
  expect(await isTaken(token)).toBe(true)
  // No tolerance: the registry speaks of our clock.
  moveTo(after(300))
  expect(await isTaken(token)).toBe(false)
})

test('what an actor opened may go on while its key is registered, and a session while its country is a member', () => {
  const bounded = ed25519('b', { exp: seconds(after(300)) })
  const registry = createRegistry(membersWith(bounded))
  const [byKey, bySession] = [{ country: 'SG', signedBy: bounded.jwk.x }, { country: 'SG' }]
  expect([registry.stillSpeaks(byKey, start), registry.stillSpeaks(bySession, start)]).toEqual([true, true])
  expect([registry.stillSpeaks(byKey, after(300)), registry.stillSpeaks(bySession, after(300))]).toEqual([false, true])
  // Another key under the same name.
  registry.replace(membersWith(ed25519('b')))
  expect([registry.stillSpeaks(byKey, start), registry.stillSpeaks(bySession, start)]).toEqual([false, true])
  registry.replace(new Map())
  expect([registry.stillSpeaks(byKey, start), registry.stillSpeaks(bySession, start)]).toEqual([false, false])
})

test('a registry names what is wrong with its keys', () => {
  const { x = '', y = '' } = p256('p').jwk as { x?: string; y?: string }
  const keys = [
    { kty: 'EC', crv: 'P-256', x, y: x, kid: 'no-point' },
    { kty: 'EC', crv: 'P-384', x, y, kid: 'curve' },
    { kty: 'RSA', n: x, kid: 'rsa' },
    { ...ed25519('ends-first').jwk, nbf: 200, exp: 200 },
    { ...ed25519('alg').jwk, alg: 'ES256' },
  ]
  const parsed = membersFileSchema.safeParse({ members: [{ country: 'SG', name: 'Singapore', keys: { keys } }] })
  expect(parsed.error?.issues.map(({ path, message }) => `${path.slice(4).join('/')}: ${message}`)).toEqual([
    '1/crv: must be P-256',
    '2/kty: must be OKP (a key of Ed25519) or EC (one of P-256)',
    '4/alg: must be Ed25519',
  ])
  const usable = membersFileSchema.safeParse({ members: [{ country: 'SG', name: 'Singapore', keys: { keys: [keys[0], keys[3]] } }] })
  expect(usable.error?.issues.map(({ path, message }) => `${path.slice(4).join('/')}: ${message}`)).toEqual([
    '0/x: is no point of the curve',
    '1/exp: must be later than nbf',
  ])
})
