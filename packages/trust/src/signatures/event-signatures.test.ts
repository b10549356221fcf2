import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { type EventToSign, signedText } from '@holdfast/schemas'
import { FlattenedSign } from 'jose'
import { describe, expect, test } from 'vitest'
import { type MembersFile, membersFileSchema } from '../registry/members.ts'
import { createRegistry } from '../registry/registry.ts'
import { createTokenVerifier, signToken } from '../tokens/tokens.ts'
import { createEventVerifier, createStoredEventVerifier, signEvent } from './event-signatures.ts'

const start = new Date('2024-07-23T02:20:00Z')
const iat = start.getTime() / 1000
const after = (seconds: number) => new Date(start.getTime() + seconds * 1000)

function makeKey(kid: string, more: object = {}) {
  const { privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = privateKey.export({ format: 'jwk' })
  return { key: privateKey, kid, jwk: { kty: 'OKP' as const, crv: 'Ed25519' as const, x, kid, ...more } }
}
type Key = ReturnType<typeof makeKey>
const keySet = (...keys: Key[]) => ({ keys: keys.map(({ jwk }) => jwk) })

const singapore = makeKey('k1')
const timed = makeKey('timed', { nbf: iat - 60, exp: iat + 300 })
const costa = makeKey('costa')
const bank = makeKey('bank')
const timorLeste = makeKey('k1')
const file = {
  members: [
    { country: 'SG', name: 'Singapore', keys: keySet(singapore, timed) },
    {
      country: 'TL',
      name: 'Timor-Leste',
      keys: keySet(timorLeste),
      persons: [{ person: 'a.costa', roles: ['officer'], keys: keySet(costa) }],
      institutions: [{ name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: keySet(bank) }],
    },
  ],
}
const membersOf = (given: unknown) => new Map(membersFileSchema.parse(given).members.map(member => [member.country, member]))
const members = membersOf(file)

const event: EventToSign = { id: 'e-1', source: '/ncb/sg', type: 'holdfast.request.v1', data: { caseReference: 'SG-1', amount: '1.00' } }
const system = { country: 'SG', role: 'system', person: 'ncb' } as const
const signed = (said = event, options: Partial<Parameters<typeof signEvent>[1]> = {}) =>
  signEvent(said, { actor: system, key: singapore.key, kid: 'k1', now: start, ...options })

const verifierOf = (known: Parameters<typeof createEventVerifier>[0]['members'] = members) =>
  createEventVerifier({ members: known, now: () => start, clockSkewSeconds: 30 })
const refusalOf = async (signature: string, said = event, at = start, verify = verifierOf()) => {
  const result = await verify(signature, said, at)
  if (result.ok) throw new Error('it was taken')
  return `${result.error.code}: ${result.error.message}`
}

const header = {
  alg: 'Ed25519',
  kid: 'k1',
  typ: 'holdfast-event+jws',
  iss: 'SG',
  sub: 'ncb',
  role: 'system',
  aud: 'holdfast',
  iat,
  exp: iat + 600,
}
const encoded = (text: string) => Buffer.from(text).toString('base64url')
/** With any header, by whichever key. */
function raw(changed: Readonly<Record<string, unknown>> = {}, key: KeyObject = singapore.key, said = event): string {
  const head = encoded(JSON.stringify({ ...header, ...changed }))
  return `${head}..${sign(null, Buffer.from(`${head}.${encoded(signedText(said))}`), key).toString('base64url')}`
}

test('a signed event says who speaks, by the rules of tokens: a person’s key proves the person, an institution’s has its offices', async () => {
  expect(await verifierOf()(signed(), event)).toEqual({
    ok: true,
    value: { ...system, tokenEndsAt: after(600), tokenLifeSeconds: 600, signedBy: singapore.jwk.x },
  })
  const officer = { country: 'TL', role: 'officer', person: 'A.Costa' } as const
  const byCosta = signEvent(event, { actor: officer, key: costa.key, kid: 'costa', now: start })
  expect(await verifierOf()(byCosta, event)).toMatchObject({
    ok: true,
    value: { person: 'a.costa', proof: expect.stringMatching(/^key\//) },
  })
  const payments = { country: 'TL', role: 'institution', person: 'payments' } as const
  const byBank = signEvent(event, { actor: payments, key: bank.key, kid: 'bank', now: start })
  expect(await verifierOf()(byBank, event)).toMatchObject({ ok: true, value: { bics: ['KMNSTLDL'] } })
})

test('the order of properties and the spaces of a copy do not count', async () => {
  const again = { data: { amount: '1.00', caseReference: 'SG-1' }, type: event.type, source: event.source, id: event.id }
  expect(await verifierOf()(signed(again), JSON.parse(JSON.stringify(event, null, 2)))).toMatchObject({ ok: true })
})

test('a library that knows RFC 7515 and nothing of us makes the same signature', async () => {
  const { payload, ...jws } = await new FlattenedSign(Buffer.from(signedText(event))).setProtectedHeader(header).sign(singapore.key)
  expect(payload).not.toBe('')
  expect(`${jws.protected}..${jws.signature}`).toBe(signed())
})

describe('what is signed is this event and no other', () => {
  test.each([
    ['its data', { data: { caseReference: 'SG-1', amount: '2.00' } }],
    ['more data', { data: { caseReference: 'SG-1', amount: '1.00', reason: 'FRAD' } }],
    ['its id', { id: 'e-2' }],
    ['its source', { source: '/ncb/my' }],
    ['its type', { type: 'holdfast.answer.v1' }],
  ])('another in %s is not signed', async (_what, other) => {
    expect(await refusalOf(signed(), { ...event, ...other })).toBe(
      'UNAUTHENTICATED: the event is not signed by a key of the member it names',
    )
  })

  test('what has no canonical form is not', async () => {
    expect(await refusalOf(signed(), { ...event, data: { text: '\ud800' } })).toContain('no Unicode')
  })
})

const notSigned = 'the event is not signed by a key of the member it names'
test.each([
  ['forged by an unknown key', raw({}, makeKey('k1').key), notSigned],
  ['by the key of another country', raw({}, timorLeste.key), notSigned],
  ['in the name of another country', raw({ iss: 'TL' }), notSigned],
  ['of no country', raw({ iss: 'XX' }), notSigned],
  ['by a key without a name', raw({ kid: undefined }), notSigned],
  ['with alg none', raw({ alg: 'none' }), 'the event is not signed: its header names the algorithm "none"'],
  ['with HS256', raw({ alg: 'HS256' }), 'signed by an algorithm that is not taken here'],
  ['with ES256 over a key of Ed25519', raw({ alg: 'ES256' }), notSigned],
  ['with a header that has to be understood', raw({ crit: ['b64'], b64: false }), notSigned],
  ['of another type', raw({ typ: 'JWT' }), 'another type (typ)'],
  ['of no type', raw({ typ: undefined }), 'another type (typ)'],
  ['for another audience', raw({ aud: 'elsewhere' }), '"aud"'],
  ['without an end', raw({ exp: undefined }), '"exp"'],
  ['from an hour to come', raw({ iat: iat + 3600, exp: iat + 4000 }), '"iat"'],
  ['that lives for eleven minutes', raw({ exp: iat + 601 }), 'TOKEN_TOO_LONG: a signed event lives 600 seconds at most'],
  ['of no person', raw({ sub: undefined }), '"sub"'],
  ['of a person that can be none', raw({ sub: 'a tan' }), 'does not name a person (sub) and a known role (role)'],
  ['of a role that is none', raw({ role: 'validation' }), 'does not name a person (sub) and a known role (role)'],
  ['with its payload in it', signed().replace('..', `.${encoded(signedText(event))}.`), 'no JWS with a detached payload'],
  ['that is no JWS', 'x', 'no JWS with a detached payload'],
  ['of no header', `AAAA..${'A'.repeat(86)}`, 'no JWS with a detached payload'],
])('a signature %s is refused, and the refusal says why', async (_what, signature, why) => {
  expect(await refusalOf(signature)).toContain(why)
})

test('a signature of which any letter is another is refused, and throws nothing', async () => {
  const whole = signed()
  const verify = verifierOf()
  for (let at = 0; at < whole.length; at++) {
    const other = whole[at] === 'A' ? 'B' : 'A'
    expect([at, (await verify(`${whole.slice(0, at)}${other}${whole.slice(at + 1)}`, event)).ok]).toEqual([at, false])
  }
  // One of the bits that no byte has.
  const last = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
  expect(await refusalOf(`${whole.slice(0, -1)}${last[last.indexOf(whole.at(-1) ?? '') + 1]}`)).toContain('no JWS')
})

test('a signature counts for ten minutes, and for as long as its key does', async () => {
  expect(await verifierOf()(signed(), event, after(629))).toMatchObject({ ok: true })
  expect(await refusalOf(signed(), event, after(630))).toContain('the signature has expired')
  const byTimed = signed(event, { key: timed.key, kid: 'timed' })
  expect(await verifierOf()(byTimed, event, after(299))).toMatchObject({ ok: true, value: { tokenEndsAt: after(300) } })
  expect(await refusalOf(byTimed, event, after(300))).toContain('registered for another time')
  expect(() => signed(event, { ttlSeconds: 601 })).toThrow(RangeError)
})

test('the key of one person signs for no other person, in no other role, and no other key for that person', async () => {
  const ofCosta = { iss: 'TL', sub: 'a.costa', role: 'officer', kid: 'costa' }
  expect(await refusalOf(raw({ ...ofCosta, sub: 'b.belo' }, costa.key))).toContain('is of one person, and the event (sub) is of another')
  expect(await refusalOf(raw({ ...ofCosta, role: 'authority' }, costa.key))).toContain('does not give to who has its key')
  expect(await refusalOf(raw({ ...ofCosta, kid: 'k1' }, timorLeste.key))).toContain('has a key of its own in the registry')
})

test('only the holder of a key that has left the registry learns that it has', async () => {
  const registry = createRegistry(members)
  const verify = verifierOf(registry)
  const { institutions: _without, ...rest } = file.members[1] as (typeof file.members)[number]
  registry.replace(membersOf({ members: [file.members[0], rest] }))
  const payments = { iss: 'TL', sub: 'payments', role: 'institution', kid: 'bank' }
  expect(await refusalOf(raw(payments, bank.key), event, start, verify)).toContain('registered no more')
  expect(await refusalOf(raw(payments), event, start, verify)).toContain(notSigned)
})

test('neither a token is a signature nor a signature a token, even with what it lacks put into it', async () => {
  const token = await signToken({ actor: system, key: singapore.key, kid: 'k1', ttlSeconds: 600, now: start })
  const [head, , mark] = token.split('.')
  expect(await refusalOf(token)).toContain('no JWS')
  expect(await refusalOf(`${head}..${mark}`)).toContain('a token is none')

  const verifyToken = createTokenVerifier({ members, now: () => start, clockSkewSeconds: 30 })
  const attached = signed().replace('..', `.${encoded(signedText(event))}.`)
  expect(await verifyToken(`Bearer ${signed()}`)).toMatchObject({ ok: false })
  expect(await verifyToken(`Bearer ${attached}`)).toMatchObject({ ok: false })
  // What a token says, signed as a signature is: by its type alone it is none.
  const text = `${encoded(JSON.stringify(header))}.${encoded(JSON.stringify({ ...header, jti: '1' }))}`
  const claims = `${text}.${sign(null, Buffer.from(text), singapore.key).toString('base64url')}`
  expect(await verifyToken(`Bearer ${claims}`)).toMatchObject({ ok: false, error: { message: expect.stringContaining('not signed') } })
})

describe('a signature that was kept is checked long after', () => {
  const verifyKept = createStoredEventVerifier(members)
  test('whenever the engine took it up, by what counted while it lived', () => {
    expect(verifyKept(signed(), event, after(86_400))).toMatchObject({ ok: true, value: system })
    expect(verifyKept(signed(event, { key: timed.key, kid: 'timed' }), event, after(86_400))).toMatchObject({ ok: true })
  })
  test.each([
    ['before it was made', raw(), -120, '"iat"'],
    ['by a key whose time was over', raw({ kid: 'timed', iat: iat + 400, exp: iat + 500 }, timed.key), 450, 'for another time'],
    ['by another key', raw({}, makeKey('k1').key), 0, notSigned],
  ])('and is none %s', (_what, signature, seconds, why) => {
    expect(verifyKept(signature, event, after(seconds))).toMatchObject({ ok: false, error: { message: expect.stringContaining(why) } })
  })
})

test('who says in the registry that it signs does so with all that it has', async () => {
  const [sg, tl] = file.members as [(typeof file.members)[number], (typeof file.members)[number]]
  const registryOf = (member: object): MembersFile => membersFileSchema.parse({ members: [sg, member] })
  const signsOf = async (member: object) => {
    const known = new Map(registryOf(member).members.map(each => [each.country, each]))
    const verify = createTokenVerifier({ members: known, now: () => start, clockSkewSeconds: 30 })
    const actors = [
      [{ country: 'TL', role: 'system', person: 'ncb' }, timorLeste],
      [{ country: 'TL', role: 'officer', person: 'a.costa' }, costa],
      [{ country: 'TL', role: 'institution', person: 'payments' }, bank],
    ] as const
    const said = actors.map(async ([actor, { key, kid }]) =>
      verify(`Bearer ${await signToken({ actor, key, kid, ttlSeconds: 60, now: start })}`),
    )
    return (await Promise.all(said)).map(each => each.ok && each.value.signs)
  }
  expect(await signsOf(tl)).toEqual([undefined, undefined, undefined])
  expect(await signsOf({ ...tl, signs: true })).toEqual([true, true, true])
  expect(await signsOf({ ...tl, persons: tl.persons?.map(each => ({ ...each, signs: true })) })).toEqual([undefined, true, undefined])
  expect(await signsOf({ ...tl, institutions: tl.institutions?.map(each => ({ ...each, signs: true })) })).toEqual([
    undefined,
    undefined,
    true,
  ])
})
