import { createLog } from '@holdfast/runtime'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks } from '../../test/desks.ts'

let desks: Desks
beforeAll(async () => {
  desks = await openDesks(1)
})
afterAll(() => desks.close())

async function startedWith(settings: Record<string, string>) {
  const lines: { level: number; msg: string }[] = []
  const log = createLog('desk', 'warn', { write: (line: string) => void lines.push(JSON.parse(line)) })
  const desk = await desks.start(JSON.stringify(settings).length.toString(), { settings, log })
  return { desk, warned: lines.filter(({ msg }) => msg.startsWith('Any person can sign in at this desk')) }
}
const sessionOf = async (url: string, token: string) =>
  (await fetch(`${url}/v1/session`, { headers: { authorization: `Bearer ${token}` } })).json() as Promise<Record<string, unknown>>

test('a desk without a provider brings its own, warns of it once, and tells clients', async () => {
  const { desk, warned } = await startedWith({})
  expect(warned).toMatchObject([{ level: 40 }])
  expect((await fetch(`${desk.url}/development-sign-in/keys`)).status).toBe(200)
  const session = await sessionOf(desk.url, await desk.token('SG', 600))
  expect(session).toMatchObject({ country: 'SG', role: 'officer', person: 'p', development: true })
  expect(Date.parse(String(session.endsAt)) - Date.parse(String(session.now))).toBeGreaterThan(590_000)
  expect(session).not.toHaveProperty('signedInAt')
})

test('a desk with a provider does not bring its own', async () => {
  const { desk, warned } = await startedWith({ HOLDFAST_OIDC_ISSUER: 'https://id.example.org', HOLDFAST_OIDC_CLIENT_ID: 'desk' })
  expect(warned).toEqual([])
  expect((await fetch(`${desk.url}/development-sign-in/keys`)).status).toBe(404)
  expect(await sessionOf(desk.url, await desk.token('SG'))).not.toHaveProperty('development')
})

test('an anonymous caller has no session', async () => {
  const { desk } = await startedWith({ HOLDFAST_LOG_LEVEL: 'silent' })
  const answer = await fetch(`${desk.url}/v1/session`)
  expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([401, 'UNAUTHENTICATED'])
})
