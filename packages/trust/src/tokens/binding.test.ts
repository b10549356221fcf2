import { generateKeyPairSync } from 'node:crypto'
import type { Refusal } from '@holdfast/schemas'
import { SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createOperatorVerifier } from '../operators.ts'
import type { Bound } from '../registry/bound.ts'
import { type Member, membersFileSchema } from '../registry/members.ts'
import { createRegistry } from '../registry/registry.ts'
import type { BoundToken } from './binding.ts'
import { createTokenVerifier } from './tokens.ts'

const now = new Date('2026-11-28T10:00:00Z')
const seconds = now.getTime() / 1000
const jkt = 'A'.repeat(43)
const x5t = 'B'.repeat(43)
const byKey = { jkt }
const byCertificate = { 'x5t#S256': x5t }

function keyOf(kid: string) {
  const key = generateKeyPairSync('ed25519').privateKey
  const { x = '' } = key.export({ format: 'jwk' })
  return { key, kid, set: { keys: [{ kty: 'OKP', crv: 'Ed25519', x, kid } as const] } }
}
const system = keyOf('tl-1')
const costa = keyOf('costa')
const bank = keyOf('kmns')
const signer = keyOf('signer')
type Key = typeof system

/** Timor-Leste, of which the registry says whose tokens have to be bound. */
const timorLeste = (bound: { member?: Bound; person?: Bound; institution?: Bound; signer?: Bound } = {}): Member => ({
  country: 'TL',
  name: 'Timor-Leste',
  bound: bound.member,
  keys: system.set,
  persons: [{ person: 'a.costa', roles: ['officer'], bound: bound.person, keys: costa.set }],
  institutions: [
    {
      name: 'Kamanasa Bank',
      bics: ['KMNSTLDL'],
      bound: bound.institution,
      keys: bank.set,
      persons: [{ person: 's.signer', bound: bound.signer, keys: signer.set }],
    },
  ],
})

const claimsOf = (sub: string, role: string, cnf?: unknown) => ({
  iss: 'TL',
  sub,
  role,
  aud: 'holdfast',
  iat: seconds,
  exp: seconds + 600,
  jti: '1',
  ...(cnf === undefined ? {} : { cnf }),
})
const sign = ({ key, kid }: Key, claims: object) => new SignJWT({ ...claims }).setProtectedHeader({ alg: 'Ed25519', kid }).sign(key)

function setUp(member: Member = timorLeste()) {
  const registry = createRegistry(new Map([['TL', member]]))
  const verify = createTokenVerifier({ members: registry, now: () => now, clockSkewSeconds: 30 })
  const asked: BoundToken[] = []
  let holds = true
  const holding = async (token: BoundToken): Promise<Refusal | undefined> => {
    asked.push(token)
    return holds ? undefined : { code: 'UNAUTHENTICATED', message: 'not held' }
  }
  const loseKey = () => {
    holds = false
  }
  const byHttp = async (authorization: string) => verify(authorization, undefined, holding)
  const wordsOf = async (verified: ReturnType<typeof verify>) => {
    const result = await verified
    return result.ok ? 'taken' : result.error.message
  }
  return { registry, verify, asked, loseKey, byHttp, wordsOf }
}

describe('a token that is bound', () => {
  test('is of who shows at each use that he holds what it is bound to, also once it is remembered', async () => {
    const { byHttp, asked, loseKey } = setUp()
    const token = await sign(system, claimsOf('ncb', 'system', byKey))
    for (let use = 0; use < 2; use++)
      expect(await byHttp(`DPoP ${token}`)).toMatchObject({ ok: true, value: { country: 'TL', role: 'system', bound: byKey } })
    expect(asked).toEqual([1, 2].map(() => ({ token, bound: byKey, side: 'TL/system' })))
    asked.length = 0
    await byHttp(`DPoP ${await sign(costa, claimsOf('a.costa', 'officer', byKey))}`)
    await byHttp(`DPoP ${await sign(signer, claimsOf('s.signer', 'institution', byKey))}`)
    expect(asked.map(({ side, who }) => [side, who])).toEqual([
      ['TL/officer', 'a.costa'],
      ['TL/institution', 'KMNSTLDL'],
    ])
    loseKey()
    expect(await byHttp(`DPoP ${token}`)).toMatchObject({ ok: false, error: { code: 'UNAUTHENTICATED', message: 'not held' } })
  })

  test('to a key is taken as a DPoP token alone, and one that is bound to none as a bearer token alone', async () => {
    const { byHttp, asked } = setUp()
    const [bound, unbound, certified, both] = await Promise.all(
      [byKey, undefined, byCertificate, { ...byKey, ...byCertificate }].map(cnf => sign(system, claimsOf('ncb', 'system', cnf))),
    )
    for (const authorization of [`Bearer ${bound}`, `bearer ${both}`])
      expect(await byHttp(authorization)).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('send it as "Authorization: DPoP TOKEN"'), dpopError: 'invalid_token' },
      })
    for (const authorization of [`DPoP ${unbound}`, `dpop ${unbound}`, `DPoP ${certified}`])
      expect(await byHttp(authorization)).toMatchObject({
        ok: false,
        error: { message: expect.stringContaining('bound to no key (cnf, jkt)') },
      })
    expect(asked).toEqual([])
    for (const authorization of [`Bearer ${unbound}`, `Bearer ${certified}`, `DPoP ${both}`, `dpop ${bound}`])
      expect((await byHttp(authorization)).ok).toBe(true)
    expect(asked.map(({ bound }) => bound)).toEqual([byCertificate, { ...byKey, ...byCertificate }, byKey])
  })

  test.each([
    ['nothing', {}],
    ['something that is not known', { kid: 'x' }],
    ['something that is not known, with a key', { ...byKey, kid: 'x' }],
    ['what is no thumbprint', { jkt: 'x' }],
    ['a text', 'x'],
    ['null', null],
  ])('to %s is refused: nothing would hold it to that', async (_what, cnf) => {
    const { byHttp, wordsOf } = setUp()
    const token = await sign(system, claimsOf('ncb', 'system', cnf))
    for (const scheme of ['Bearer', 'DPoP']) expect(await wordsOf(byHttp(`${scheme} ${token}`))).toMatch(/is not known here \(cnf\)/)
  })

  test('is refused by Kafka in words of its own, also once it was taken by HTTP', async () => {
    const { byHttp, verify, wordsOf } = setUp()
    const token = await sign(system, claimsOf('ncb', 'system', byCertificate))
    for (let use = 0; use < 2; use++) {
      expect(await wordsOf(verify(`Bearer ${token}`, now))).toMatch(/taken by HTTP alone/)
      expect(await wordsOf(byHttp(`Bearer ${token}`))).toBe('taken')
    }
    const owned = setUp(timorLeste({ member: 'dpop' }))
    expect(await wordsOf(owned.verify(`Bearer ${await sign(system, claimsOf('ncb', 'system'))}`, now))).toMatch(/taken by HTTP alone/)
  })

  test('of an operator is held to it as well', async () => {
    const operators = membersFileSchema.parse({ members: [timorLeste()] }).members[0]?.keys
    const verify = createOperatorVerifier({ operators: operators && (() => operators), now: () => now, clockSkewSeconds: 0 })
    const token = (cnf?: unknown) => sign(system, { ...claimsOf('night', '', cnf), iss: 'holdfast', aud: 'holdfast-operator' })
    const asked: BoundToken[] = []
    const holding = async (bound: BoundToken) => void asked.push(bound)
    expect(await verify(`DPoP ${await token(byKey)}`, holding)).toMatchObject({ ok: true, value: { person: 'night' } })
    expect(asked).toMatchObject([{ bound: byKey, side: 'operator', who: 'night' }])
    expect((await verify(`Bearer ${await token(byKey)}`, holding)).ok).toBe(false)
    expect((await verify(`DPoP ${await token(byKey)}`)).ok).toBe(false)
    expect((await verify(`Bearer ${await token({ kid: 'x' })}`, holding)).ok).toBe(false)
    expect((await verify(`Bearer ${await token()}`)).ok).toBe(true)
  })
})

describe('where the registry binds', () => {
  const senders = [
    [system, 'ncb', 'system'],
    [costa, 'a.costa', 'officer'],
    [bank, 'payments', 'institution'],
    [signer, 's.signer', 'institution'],
  ] as const
  /** Of each of the four, how its unbound, key-bound and certificate-bound tokens fare. */
  async function fare(bound: Parameters<typeof timorLeste>[0]): Promise<string[]> {
    const { byHttp, wordsOf } = setUp(timorLeste(bound))
    return Promise.all(
      senders.map(async ([key, sub, role]) => {
        const words = await Promise.all(
          [['Bearer', undefined] as const, ['DPoP', byKey] as const, ['Bearer', byCertificate] as const].map(async ([scheme, cnf]) =>
            wordsOf(byHttp(`${scheme} ${await sign(key, claimsOf(sub, role, cnf))}`)),
          ),
        )
        return words.map(said => (said === 'taken' ? 'y' : /\(dpop\)/.test(said) ? 'k' : /\(mtls\)/.test(said) ? 'c' : said)).join('')
      }),
    )
  }
  const [free, key, certificate] = ['yyy', 'kyk', 'ccy']

  test.each([
    ['no owner', {}, [free, free, free, free]],
    ['a member, and with it all of it', { member: 'dpop' }, [key, key, key, key]],
    ['a member to certificates', { member: 'mtls' }, [certificate, certificate, certificate, certificate]],
    ['a person alone', { person: 'dpop' }, [free, key, free, free]],
    ['an institution, and with it its persons', { institution: 'mtls' }, [free, free, certificate, certificate]],
    ['each otherwise', { member: 'dpop', person: 'mtls', institution: 'no', signer: 'dpop' }, [key, certificate, free, key]],
    ['a member but for one person', { member: 'dpop', person: 'no' }, [key, free, key, key]],
  ] as const)('%s, tokens that are not bound so are refused in words of its own', async (_what, bound, expected) => {
    expect(await fare(bound)).toEqual(expected)
  })

  test('what was remembered of a token counts no more once its key is bound', async () => {
    const { registry, byHttp, wordsOf } = setUp()
    const token = await sign(system, claimsOf('ncb', 'system'))
    expect(await wordsOf(byHttp(`Bearer ${token}`))).toBe('taken')
    registry.replace(new Map([['TL', timorLeste({ member: 'dpop' })]]))
    expect(await wordsOf(byHttp(`Bearer ${token}`))).toMatch(/the registry binds tokens of this key to a key/)
  })

  test('it says how, or is refused with the place', () => {
    const problems = membersFileSchema.safeParse({ members: [{ ...timorLeste(), bound: true }] }).error?.issues
    expect(problems?.map(({ path, message }) => `${path.join('/')}: ${message}`)).toEqual(['members/0/bound: must be dpop, mtls or no'])
  })
})
