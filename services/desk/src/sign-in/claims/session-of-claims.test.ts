import { parseProof } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { membersOf } from '../../../test/members.ts'
import { sessionOfClaims, shiftMs } from './session-of-claims.ts'

const now = new Date('2026-03-02T08:00:00Z')
const nowSeconds = now.getTime() / 1000
const names = { country: 'country', role: 'holdfast_role', person: 'sub', unit: 'holdfast_unit' }
const members = membersOf('SG', 'TL')
const claims = { sub: 'A.Tan', country: 'SG', holdfast_role: 'officer', auth_time: nowSeconds - 60 }
const sessionOf = (changes: Record<string, unknown> = {}, named = names) =>
  sessionOfClaims({ ...claims, ...changes }, { names: named, members, now, sessionMsMax: shiftMs })

test('the claims of a token give a session of eight hours, with the time of authentication', () => {
  expect(sessionOf()).toEqual({
    ok: true,
    value: {
      country: 'SG',
      role: 'officer',
      person: 'a.tan',
      signedInAt: new Date('2026-03-02T07:59:00Z'),
      endsAt: new Date('2026-03-02T16:00:00Z'),
    },
  })
})

test('the proof names the account, not the person, and how it was authenticated', () => {
  const account = { iss: 'https://id.example', sub: '7f', name: 'a.tan' }
  const named = { ...names, person: 'name' }
  const proofOf = (changes: object) => {
    const session = sessionOf({ ...account, ...changes }, named)
    return session.ok && 'country' in session.value ? session.value.proof : undefined
  }
  const proof = proofOf({})
  expect(proof).toMatch(/^signIn\/[\w-]{43}$/)
  expect(proofOf({ name: 'another.name' })).toBe(proof)
  for (const other of [{ sub: '8f' }, { iss: 'https://other.example' }]) expect(proofOf(other)).not.toBe(proof)
  const how = proofOf({ acr: 'urn:example:gold', amr: ['pwd', 'hwk', 'é', 7] })
  expect(parseProof(how ?? '')).toEqual({ by: 'signIn', account: proof?.slice(7), acr: 'urn:example:gold', amr: ['pwd', 'hwk'] })
  // The longest values that a provider may send are still a proof.
  const long = Array.from({ length: 9 }, (_, n) => `${n}${'%'.repeat(99)}`)
  expect(parseProof(proofOf({ acr: long[0], amr: long }) ?? '')).toMatchObject({ by: 'signIn' })
})

test('the names of claims are configurable', () => {
  const other = {
    sub: 'auth0|7',
    'https://police.example/cc': 'TL',
    roles: ['authority'],
    preferred_username: 'b.belo',
    auth_time: nowSeconds,
  }
  const named = { country: 'https://police.example/cc', role: 'roles', person: 'preferred_username', unit: 'holdfast_unit' }
  expect(sessionOf(other, named)).toMatchObject({ ok: true, value: { country: 'TL', role: 'authority', person: 'b.belo' } })
})

test('a claim names the specialised unit, and is absent for a person without one', () => {
  expect(sessionOf({ holdfast_unit: 'cybercrime' })).toMatchObject({ ok: true, value: { unit: 'cybercrime' } })
  expect(sessionOf({ holdfast_unit: '' })).toMatchObject({ ok: true, value: expect.not.objectContaining({ unit: expect.anything() }) })
})

describe('an operator', () => {
  test('has no country and no unit, whatever the token claims', () => {
    for (const country of [undefined, 'SG', 'FR'])
      expect(sessionOf({ country, holdfast_unit: 'cybercrime', holdfast_role: ['staff', 'operator'], amr: ['hwk'] })).toEqual({
        ok: true,
        value: {
          role: 'operator',
          person: 'a.tan',
          signedInAt: new Date('2026-03-02T07:59:00Z'),
          endsAt: new Date('2026-03-02T16:00:00Z'),
          how: ['hwk'],
        },
      })
  })

  test('needs a name and an authentication, as any person', () => {
    const refused = (changes: Record<string, unknown>) => sessionOf({ country: undefined, holdfast_role: 'operator', ...changes })
    for (const changes of [{ sub: 'a/b' }, { auth_time: undefined }, { session_expiry: nowSeconds }])
      expect(refused(changes)).toMatchObject({ ok: false, error: { code: 'NOT_PERMITTED' } })
  })
})

describe('a refusal explains', () => {
  test.each<[string, Record<string, unknown>, string]>([
    ['no country', { country: undefined }, 'The claim "country"'],
    ['a country in small letters', { country: 'sg' }, 'The claim "country"'],
    ['a country that has no part in this engine', { country: 'FR' }, 'a country that has a part in this engine'],
    ['several countries', { country: ['SG', 'TL'] }, 'The claim "country"'],
    ['no role', { holdfast_role: undefined }, 'one of system, officer'],
    ['a role that is none', { holdfast_role: 'admin' }, 'one of system, officer'],
    ['a role of the engine', { holdfast_role: 'clock' }, 'one of system, officer'],
    ['roles of which none is ours', { holdfast_role: ['admin'] }, 'one of system, officer'],
    ['a unit that is none', { holdfast_unit: 'homicide' }, 'one of organisedCrime, cybercrime'],
    ['two roles', { holdfast_role: ['fiu', 'officer'] }, 'officer and fiu'],
    ['an operator who is an officer too', { holdfast_role: ['operator', 'officer'] }, 'officer and operator'],
    ['an operator by another spelling', { holdfast_role: 'Operator' }, 'one of system, officer'],
    ['no person', { sub: undefined }, 'The claim "sub" of your account must be 1 to 64 letters'],
    ['a person whose name breaks an actor', { sub: 'a/b' }, '1 to 64 letters, digits or . _ @ -'],
    ['a name that is too long', { sub: 'x'.repeat(65) }, '1 to 64 letters'],
    ['nothing about when it was proved', { auth_time: undefined }, 'auth_time'],
    ['a session that has ended at the provider', { session_expiry: nowSeconds }, 'session_expiry'],
  ])('%s', (_what, changes, text) => {
    const refused = sessionOf(changes)
    expect(refused).toMatchObject({ ok: false, error: { code: 'NOT_PERMITTED', message: expect.stringContaining(text) } })
  })
})

test('a session ends with that of the provider if the token states it, and not with exp of the token', () => {
  expect(sessionOf({ session_expiry: nowSeconds + 600, exp: nowSeconds + 60 })).toMatchObject({
    value: { endsAt: new Date('2026-03-02T08:10:00Z') },
  })
  expect(sessionOf({ session_expiry: nowSeconds + 99_999_999 })).toMatchObject({ value: { endsAt: new Date('2026-03-02T16:00:00Z') } })
})

test('an authentication in the future, by a clock that is ahead, counts as now', () => {
  expect(sessionOf({ auth_time: nowSeconds + 30 })).toMatchObject({ value: { signedInAt: now } })
})

test.each<[Record<string, unknown>, string[] | undefined]>([
  [{}, undefined],
  [{ amr: ['pwd', 'otp'], acr: '2' }, ['pwd', 'otp']],
  [{ amr: [], acr: 'urn:loa:3' }, ['urn:loa:3']],
  [{ amr: 'pwd', acr: 3 }, undefined],
  [{ amr: [7, 'hwk'] }, ['hwk']],
  [{ amr: Array.from({ length: 50 }, () => 'x'.repeat(100)) }, Array.from({ length: 8 }, () => 'x'.repeat(64))],
])('the methods of authentication in %j are %j', (claims, how) => {
  const session = sessionOf(claims)
  expect(session.ok && session.value.how).toEqual(how)
})
