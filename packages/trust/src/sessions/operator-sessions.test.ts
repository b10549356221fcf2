import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createEngineSecret } from '../engine-secret.ts'
import { makeKey } from '../registry/make-key.ts'
import { createOperatorSessions, type OperatorSession } from './operator-sessions.ts'
import { createSessions } from './sessions.ts'

const secret = createEngineSecret(randomBytes(32))
let now = new Date('2026-03-02T08:00:00Z')
const clock = { now: () => now }
const endedIds = new Set<string>()
const ended = {
  has: (sessionId: string) => endedIds.has(sessionId),
  add: async ({ sessionId }: { sessionId: string }) => void endedIds.add(sessionId),
}
const operators = createOperatorSessions({ secret, now: clock.now, ended })
const singapore = { country: 'SG', name: 'Singapore', keys: { keys: [makeKey('k').publicKey] } }
const members = createSessions({ secret, members: new Map([['SG', singapore]]), now: clock.now, ended })
const session: OperatorSession = {
  role: 'operator',
  person: 'night',
  signedInAt: new Date('2026-03-02T07:59:00Z'),
  endsAt: new Date('2026-03-02T16:00:00Z'),
  how: ['hwk'],
}
const isNone = { ok: false, error: { code: 'UNAUTHENTICATED', message: expect.stringContaining('sign in as an operator') } }

describe('the session of an operator', () => {
  test('says who it is, of no country, until its end', async () => {
    const encrypted = await operators.encrypt(session)
    const { person, signedInAt, endsAt, how } = session
    expect(await operators.verify(encrypted)).toEqual({ ok: true, value: { person, signedInAt, how, tokenEndsAt: endsAt } })
    now = session.endsAt
    expect(await operators.verify(encrypted)).toMatchObject(isNone)
    now = new Date('2026-03-02T08:00:00Z')
  })

  test('counts no more once its person has ended it', async () => {
    const [encrypted, other] = [await operators.encrypt(session), await operators.encrypt(session)]
    await operators.end(encrypted)
    expect(await operators.verify(encrypted)).toMatchObject(isNone)
    expect(await operators.verify(other)).toMatchObject({ ok: true })
  })

  test('is none of a member, a member’s none of an operator, and neither is one of another engine or made up', async () => {
    expect(await members.verify(await operators.encrypt(session))).toMatchObject({ ok: false, error: { code: 'UNAUTHENTICATED' } })
    const ofMember = await members.encrypt({ ...session, country: 'SG', role: 'officer' })
    expect(await members.verify(ofMember)).toMatchObject({ ok: true })
    const elsewhere = createOperatorSessions({ secret: createEngineSecret(randomBytes(32)), now: clock.now, ended })
    for (const text of [ofMember, await elsewhere.encrypt(session), '', 'x', '....', 'x'.repeat(100_000)])
      expect(await operators.verify(text)).toMatchObject(isNone)
  })
})
