import { randomBytes, randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createEngineSecret } from '../engine-secret.ts'
import { makeKey } from '../registry/make-key.ts'
import type { Member, Members } from '../registry/members.ts'
import { createDocumentCipher } from './document-cipher.ts'
import { createSessions, type Session } from './sessions.ts'

const secret = createEngineSecret(randomBytes(32))
const memberOf = (country: string): [string, Member] => {
  const { d: _private, ...key } = makeKey('k').privateKey
  return [country, { country, name: country, keys: { keys: [key] } }]
}
const members: Members = new Map([memberOf('SG')])
let now = new Date('2026-03-02T08:00:00Z')
const endedIds = new Map<string, Date>()
const endedSessions = {
  has: (sessionId: string) => endedIds.has(sessionId),
  add: async ({ sessionId, endsAt }: { sessionId: string; endsAt: Date }) => void endedIds.set(sessionId, endsAt),
}
const sessions = createSessions({ secret, members, now: () => now, ended: endedSessions })
const session: Session = {
  country: 'SG',
  role: 'officer',
  person: 'a.tan',
  signedInAt: new Date('2026-03-02T07:59:30.500Z'),
  endsAt: new Date('2026-03-02T16:00:00Z'),
  how: ['pwd', 'otp'],
  proof: `signIn/${'a'.repeat(43)}?amr=pwd&amr=otp`,
}
const ended = { ok: false, error: { code: 'UNAUTHENTICATED', message: expect.stringContaining('sign in again') } }

describe('a session', () => {
  test('is verified by every desk of the engine, and reveals nothing to others', async () => {
    const encrypted = await sessions.encrypt(session)
    expect(encrypted).toMatch(/^[\w.-]{100,800}$/)
    expect(Buffer.from(encrypted.split('.').join(''), 'base64url').toString('latin1')).not.toContain('tan')
    const { endsAt, ...actor } = session
    const another = createSessions({ secret, members, now: () => now, ended: endedSessions })
    expect(await another.verify(encrypted)).toEqual({ ok: true, value: { ...actor, sessionId: expect.any(String), tokenEndsAt: endsAt } })
    const { how: _how, ...plain } = session
    expect(await sessions.verify(await sessions.encrypt(plain))).toMatchObject({ ok: true })
  })

  test('counts until its end and no longer', async () => {
    const encrypted = await sessions.encrypt(session)
    now = new Date('2026-03-02T15:59:59Z')
    expect(await sessions.verify(encrypted)).toMatchObject({ ok: true })
    now = session.endsAt
    expect(await sessions.verify(encrypted)).toEqual(ended)
    now = new Date('2026-03-02T08:00:00Z')
  })

  test('that its person ends counts no more, wherever a copy of it is; another one of the same person does', async () => {
    const [encrypted, other] = [await sessions.encrypt(session), await sessions.encrypt(session)]
    await sessions.end(encrypted)
    expect([...endedIds.values()]).toEqual([session.endsAt])
    expect(await sessions.verify(encrypted)).toEqual(ended)
    expect(await sessions.verify(other)).toMatchObject({ ok: true })
    for (const text of [encrypted, 'x', '', other.slice(0, -4)]) await sessions.end(text)
    expect(endedIds.size).toBe(1)
  })

  test('that was changed anywhere, cut or made up is none', async () => {
    const encrypted = await sessions.encrypt(session)
    for (let at = 0; at < encrypted.length; at += 7) {
      // The last bits of a part may stand for nothing: another letter that differs in its first bit.
      const other = encrypted[at] === '.' ? 'x' : encrypted[at] === 'A' ? 'g' : 'A'
      expect(await sessions.verify(encrypted.slice(0, at) + other + encrypted.slice(at + 1))).toEqual(ended)
    }
    for (const text of ['', 'x', '....', encrypted.slice(0, -4), `${encrypted}.`, 'x'.repeat(100_000)])
      expect(await sessions.verify(text)).toEqual(ended)
  })

  test('of another engine, for another purpose, or of a country that has left is none', async () => {
    const elsewhere = createSessions({ secret: createEngineSecret(randomBytes(32)), members, now: () => now, ended: endedSessions })
    expect(await sessions.verify(await elsewhere.encrypt(session))).toEqual(ended)
    const { signedInAt, endsAt, ...actor } = session
    const content = { ...actor, sessionId: randomUUID(), how: [], signedInMs: signedInAt.getTime() }
    expect(await sessions.verify(await createDocumentCipher(secret, 'sign-ins').encrypt(content, endsAt))).toEqual(ended)
    expect(await sessions.verify(await createDocumentCipher(secret, 'sessions').encrypt(content, endsAt))).toMatchObject({ ok: true })
    expect(await sessions.verify(await sessions.encrypt({ ...session, country: 'TL' }))).toEqual(ended)
  })
})
