import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { developmentToken, ensureDevelopmentMembers } from './development.ts'
import {
  createOperatorVerifier,
  developmentOperatorToken,
  ensureDevelopmentOperator,
  loadOperators,
  signOperatorToken,
} from './operators.ts'
import { makeKey } from './registry/make-key.ts'
import { loadMembers, privateKeySchema, readRegistry } from './registry/members.ts'
import { signJwt } from './tokens/jwt.ts'
import { createTokenVerifier, signToken } from './tokens/tokens.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'holdfast-operators-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const now = new Date('2026-07-23T02:20:00Z')
const verifierAt = (at = now, operators = loadOperators(ensureDevelopmentOperator(directory))) =>
  createOperatorVerifier({ operators: () => operators, now: () => at, clockSkewSeconds: 0 })
const operatorKey = () => readRegistry(join(directory, 'operator-development-key.json'), privateKeySchema)
const bearer = (token: string) => `Bearer ${token}`

test('an engine of its own has an operator, whose private key is for its owner alone', async () => {
  const verify = verifierAt()
  expect(await verify(bearer(await developmentOperatorToken(directory, 'Night.Shift', 600, now)))).toEqual({
    ok: true,
    value: {
      person: 'night.shift',
      tokenEndsAt: new Date(now.getTime() + 600_000),
      tokenId: expect.stringMatching(/^[\w-]{43}$/),
      tokenLifeSeconds: 600,
    },
  })
  expect(statSync(join(directory, 'operator-development-key.json')).mode & 0o777).toBe(0o600)
  expect(readFileSync(join(directory, 'operators.json'), 'utf8')).not.toContain('"d"')
})

test('no other token is one: another key, a member’s token, one of another issuer, a token that has ended, none at all', async () => {
  const verify = verifierAt()
  const { kid } = loadOperators(ensureDevelopmentOperator(directory)).keys[0] ?? { kid: '' }
  const stranger = makeKey(kid).privateKey
  ensureDevelopmentMembers(directory)
  const tokens = [
    await signOperatorToken(stranger, 'night', 600, now),
    await signToken({ actor: { country: 'SG', role: 'officer', person: 'night' }, key: stranger, kid, ttlSeconds: 600, now }),
    await developmentToken(directory, { country: 'SG', role: 'officer', person: 'night', now }),
    await developmentOperatorToken(directory, 'night', 600, new Date(now.getTime() - 601_000)),
    await signJwt({ issuer: 'SG', subject: 'night', audience: 'holdfast-operator', key: operatorKey(), kid, ttlSeconds: 600, now }),
    'a.b.c',
  ]
  for (const authorization of [undefined, '', 'Basic x', ...tokens.map(bearer), bearer('x'.repeat(5000))])
    expect(await verify(authorization)).toMatchObject({ ok: false, error: { code: 'UNAUTHENTICATED' } })
  expect(() => signOperatorToken(stranger, 'night', 3601, now)).toThrow('lives 1 to 3600')
})

test('an operator’s token is none of a member, even where a country had the same key', async () => {
  const { privateKey, publicKey } = makeKey('k')
  const entry = { country: 'SG', name: 'Singapore', keys: { keys: [publicKey] } }
  const verify = createTokenVerifier({ members: new Map([['SG', entry]]), now: () => now, clockSkewSeconds: 0 })
  expect((await verify(bearer(await signOperatorToken(privateKey, 'night', 600, now)))).ok).toBe(false)
})

test('an engine without operators accepts no operator', async () => {
  ensureDevelopmentOperator(directory)
  const verify = createOperatorVerifier({ operators: undefined, now: () => now, clockSkewSeconds: 0 })
  expect(await verify(bearer(await developmentOperatorToken(directory, 'night', 600, now)))).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining('HOLDFAST_OPERATORS') },
  })
})

test('the key that is made for a member speaks for it once its entry is in the registry', async () => {
  const { privateKey, publicKey } = makeKey('sg-1')
  const entry = { country: 'SG', name: 'Singapore', keys: { keys: [publicKey] } }
  const path = join(directory, 'members.json')
  writeFileSync(path, JSON.stringify({ members: [entry] }))
  const verify = createTokenVerifier({ members: loadMembers(path), now: () => now, clockSkewSeconds: 0 })
  const actor = { country: 'SG', role: 'system', person: 'ncb' } as const
  expect(await verify(bearer(await signToken({ actor, key: privateKey, kid: 'sg-1', ttlSeconds: 60, now })))).toMatchObject({
    ok: true,
    value: actor,
  })
  expect(JSON.stringify(entry)).not.toContain(privateKey.d)
})
