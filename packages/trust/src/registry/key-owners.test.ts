import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { createTokenVerifier } from '../tokens/tokens.ts'
import { type Member, membersFileSchema } from './members.ts'
import { createRegistry } from './registry.ts'

const now = new Date('2026-07-23T02:20:00Z')
const seconds = now.getTime() / 1000

function keyOf(kid: string) {
  const key = generateKeyPairSync('ed25519').privateKey
  const { x = '' } = key.export({ format: 'jwk' })
  return { key, kid, jwk: { kty: 'OKP', crv: 'Ed25519', x, kid } as const }
}
type Key = ReturnType<typeof keyOf>
const setOf = (...keys: readonly Key[]) => ({ keys: keys.map(({ jwk }) => jwk) })

const [system, costa, belo, next, bank, signer] = ['tl-1', 'costa', 'belo', 'costa-2', 'kmns', 'kmns-signer'].map(keyOf) as [
  Key,
  Key,
  Key,
  Key,
  Key,
  Key,
]
const timorLeste = {
  country: 'TL',
  name: 'Timor-Leste',
  keys: setOf(system),
  persons: [
    { person: 'A.Costa', roles: ['officer', 'authority'], keys: setOf(costa) },
    { person: 'b.belo', roles: ['authority'], keys: setOf(belo) },
  ],
  institutions: [{ name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: setOf(bank), persons: [{ person: 's.signer', keys: setOf(signer) }] }],
} satisfies Member

function world(member: Member = timorLeste) {
  const registry = createRegistry(new Map([['TL', member]]))
  const verify = createTokenVerifier({ members: registry, now: () => now, clockSkewSeconds: 30 })
  const token = ({ key, kid }: { key: KeyObject; kid: string }, sub: string, role: string) =>
    new SignJWT({ role })
      .setProtectedHeader({ alg: 'Ed25519', kid })
      .setIssuer('TL')
      .setSubject(sub)
      .setAudience('holdfast')
      .setIssuedAt(seconds)
      .setExpirationTime(seconds + 600)
      .setJti('1')
      .sign(key)
  const speak = async (key: Key, sub: string, role: string) => verify(`Bearer ${await token(key, sub, role)}`)
  const wordsFor = async (key: Key, sub: string, role: string) => {
    const spoken = await speak(key, sub, role)
    return spoken.ok ? 'taken' : spoken.error.message
  }
  return { registry, speak, wordsFor }
}

describe('the key of a person', () => {
  test('speaks for that person, in the roles that the registry gives, and its thumbprint proves who it is', async () => {
    const { speak } = world()
    const proof = `key/${await calculateJwkThumbprint(costa.jwk)}`
    for (const role of ['officer', 'authority'])
      expect(await speak(costa, 'a.costa', role)).toMatchObject({ ok: true, value: { country: 'TL', role, person: 'a.costa', proof } })
  })

  test('speaks for no other person, and in no other role, each in words of its own', async () => {
    const { wordsFor } = world()
    expect(await wordsFor(costa, 'b.belo', 'authority')).toMatch(/the key that signed the token is of one person/)
    expect(await wordsFor(costa, 'unknown', 'authority')).toMatch(/the key that signed the token is of one person/)
    for (const role of ['fiu', 'system', 'institution'])
      expect(await wordsFor(costa, 'a.costa', role)).toMatch(/a role \(role\) that the registry does not give/)
  })

  test('is changed by having both for a while, and revoked at once by leaving', async () => {
    const { registry, speak, wordsFor } = world()
    const having = (...keys: Key[]) =>
      registry.replace(
        new Map([['TL', { ...timorLeste, persons: [{ person: 'a.costa', roles: ['officer' as const], keys: setOf(...keys) }] }]]),
      )
    const first = await speak(costa, 'a.costa', 'officer')
    having(costa, next)
    expect([await wordsFor(costa, 'a.costa', 'officer'), await wordsFor(next, 'a.costa', 'officer')]).toEqual(['taken', 'taken'])
    having(next)
    expect([await wordsFor(costa, 'a.costa', 'officer'), await wordsFor(next, 'a.costa', 'officer')]).toEqual([
      expect.stringMatching(/registered no more/),
      'taken',
    ])
    const signedBy = first.ok ? first.value.signedBy : undefined
    expect(registry.stillSpeaks({ country: 'TL', signedBy: signedBy ?? '' }, now)).toBe(false)
    expect(registry.stillSpeaks({ country: 'TL', signedBy: next.jwk.x }, now)).toBe(true)
  })
})

describe('the key of a country', () => {
  test('names whom it likes, which proves no person', async () => {
    const { speak } = world()
    const spoken = await speak(system, 'c.lima', 'officer')
    expect(spoken).toMatchObject({ ok: true, value: { role: 'officer', person: 'c.lima' } })
    expect(spoken.ok && 'proof' in spoken.value).toBe(false)
  })

  test('names no person who has a key of its own, however the name is written', async () => {
    const { wordsFor } = world()
    for (const name of ['a.costa', 'A.COSTA', 's.signer']) expect(await wordsFor(system, name, 'officer')).toMatch(/has a key of its own/)
  })
})

describe('the key of an institution', () => {
  test('speaks as institution alone, with its offices, and a person of it by its own', async () => {
    const { speak, wordsFor } = world()
    const bics = ['KMNSTLDL']
    const [itself, person] = [await speak(bank, 'payments', 'institution'), await speak(signer, 's.signer', 'institution')]
    expect(itself).toMatchObject({ ok: true, value: { role: 'institution', person: 'payments', bics } })
    expect(itself.ok && 'proof' in itself.value).toBe(false)
    expect(person).toMatchObject({
      ok: true,
      value: { person: 's.signer', bics, proof: `key/${await calculateJwkThumbprint(signer.jwk)}` },
    })
    expect(await wordsFor(bank, 'a.costa', 'institution')).toMatch(/has a key of its own/)
    for (const role of ['officer', 'system', 'fiu', 'authority']) expect(await wordsFor(bank, 'payments', role)).toMatch(/does not give/)
    expect(await wordsFor(signer, 'payments', 'institution')).toMatch(/is of one person/)
  })
})

test('a registry knows of which countries it has persons', () => {
  const { registry } = world()
  expect([registry.hasPersons('TL'), registry.hasPersons('SG')]).toEqual([true, false])
  const { persons: _persons, institutions: _institutions, ...plain } = timorLeste
  registry.replace(new Map([['TL', plain]]))
  expect(registry.hasPersons('TL')).toBe(false)
})

test('whatever two owners can not share is named with its place', () => {
  const [person] = timorLeste.persons
  const [institution] = timorLeste.institutions
  const twice = {
    ...timorLeste,
    persons: [
      person,
      { person: 'a.costa', roles: ['fiu'], keys: setOf(next) },
      { person: 'c.lima', roles: ['officer'], keys: { keys: [{ ...costa.jwk, kid: 'mine-too' }] } },
      { person: 'd.dias', roles: ['officer'], keys: { keys: [{ ...belo.jwk, kid: 'tl-1' }] } },
    ],
    institutions: [
      institution,
      { name: 'Another', bics: ['KMNSTLDLXXX'], keys: setOf(keyOf('another')), persons: [{ person: 'A.Costa', keys: setOf(keyOf('x')) }] },
    ],
  }
  const problemsOf = (member: unknown) =>
    membersFileSchema.safeParse({ members: [member] }).error?.issues.map(({ path, message }) => `${path.slice(2).join('/')}: ${message}`)
  expect(problemsOf(twice)).toEqual([
    'persons/2/keys/keys/0/x: is the key of another owner here too: each has one of its own',
    'persons/3/keys/keys/0/kid: tl-1 is there twice',
    'persons/1/person: a.costa is there twice: each person has a name of its own',
    'institutions/1/bics/0: KMNSTLDLXXX is there twice',
    'institutions/1/persons/0/person: A.Costa is there twice: each person has a name of its own',
  ])
  expect(problemsOf({ ...timorLeste, persons: [{ ...person, roles: [] }] })).toEqual(['persons/0/roles: a person has one role at least'])
  expect(problemsOf({ ...timorLeste, persons: [{ ...person, roles: ['system'] }] })).toHaveLength(1)
  expect(problemsOf({ ...timorLeste, institutions: [{ ...institution, bics: [] }] })).toEqual([
    'institutions/0/bics: an institution has one BIC at least',
  ])
})

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
/** The four spellings of 32 bytes in base64url, the canonical one first: two bits of the last letter are unused. */
const spellingsOf = (x: string): string[] => [0, 1, 2, 3].map(bits => x.slice(0, -1) + letters[letters.indexOf(x.at(-1) ?? '') + bits])
const issuesOf = (...members: unknown[]) =>
  membersFileSchema.safeParse({ members }).error?.issues.map(({ path, message }) => `${path.slice(1).join('/')}: ${message}`)

describe('one key', () => {
  const [person] = timorLeste.persons
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })
  const p256 = { kty: 'EC', crv: 'P-256', x: elliptic.x ?? '', y: elliptic.y ?? '', kid: 'p256' } as const

  test('in another spelling is not another person: each spelling but the canonical one is refused', () => {
    const canonical = 'must be 32 bytes in canonical base64url: 43 characters, the unused bits of the last one zero'
    const withKey = (jwk: object) => ({ ...timorLeste, persons: [{ ...person, keys: { keys: [jwk] } }] })
    expect(spellingsOf(costa.jwk.x).map(x => Buffer.from(x, 'base64url'))).toEqual(Array(4).fill(Buffer.from(costa.jwk.x, 'base64url')))
    const problemsBySpelling = (spell: (spelling: number) => object) => [0, 1, 2, 3].map(spelling => issuesOf(withKey(spell(spelling))))
    const refusedAt = (name: string) => [undefined, ...Array(3).fill([`0/persons/0/keys/keys/0/${name}: ${canonical}`])]
    expect(problemsBySpelling(n => ({ ...costa.jwk, x: spellingsOf(costa.jwk.x)[n] }))).toEqual(refusedAt('x'))
    expect(problemsBySpelling(n => ({ ...p256, x: spellingsOf(p256.x)[n] }))).toEqual(refusedAt('x'))
    expect(problemsBySpelling(n => ({ ...p256, y: spellingsOf(p256.y)[n] }))).toEqual(refusedAt('y'))
  })

  test('has one entry: under two names, of different persons or in two countries it is refused', () => {
    const again = { ...costa.jwk, kid: 'again' }
    const withKeys = (...keys: object[]) => ({ ...timorLeste, persons: [{ ...person, keys: { keys } }] })
    expect(issuesOf(withKeys(costa.jwk, again))).toEqual([
      '0/persons/0/keys/keys/1/x: is the key of another entry here: list each key once',
    ])
    const twoOwners = { ...timorLeste, persons: [person, { person: 'c.lima', roles: ['officer'], keys: { keys: [again] } }] }
    expect(issuesOf(twoOwners)).toEqual(['0/persons/1/keys/keys/0/x: is the key of another owner here too: each has one of its own'])
    expect(issuesOf(withKeys(costa.jwk), { country: 'SG', name: 'Singapore', keys: { keys: [again] } })).toEqual([
      '1/keys/keys/0/x: is a key of TL too: each has its own',
    ])
    // The two points of P-256 with one x have private keys of which each gives the other.
    const mirrored = { ...p256, kid: 'mirrored', y: mirroredY(p256.y) }
    expect(issuesOf(withKeys(p256, mirrored))).toEqual(['0/persons/0/keys/keys/1/x: is the key of another entry here: list each key once'])
  })

  test('is known in a fact of before, however that spelled it', () => {
    const { registry } = world()
    expect(spellingsOf(costa.jwk.x).map(signedBy => registry.stillSpeaks({ country: 'TL', signedBy }, now))).toEqual(Array(4).fill(true))
  })
})

/** The y of the other point of P-256 with the same x. */
function mirroredY(y: string): string {
  const field = 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n
  const other = field - BigInt(`0x${Buffer.from(y, 'base64url').toString('hex')}`)
  return Buffer.from(other.toString(16).padStart(64, '0'), 'hex').toString('base64url')
}
