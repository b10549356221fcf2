import { createClient } from '@holdfast/client'
import type { Fact, PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type MemberRole, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { type MadeKey, makeKey } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBrowser, signInAs } from '../src/browser.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventually, reaches, submit } from '../src/engine.ts'
import { keySetOf, register, tokenBy } from '../src/registry.ts'
import { decryptedEvents } from '../src/with-personal-data.ts'

// ADR 54 on a running engine: persons of Timor-Leste have their own keys, those of Singapore do not. Each test
// continues the one before.

let engine: EmbeddedEngine
let requestId = ''
const [costa, belo] = [makeKey('costa'), makeKey('belo')]
const order = { instrument: 'COURT_ORDER', authority: 'Dili District Court', reference: 'PC-1/2026', date: '2026-07-24' } as const
let nth = 0

const personOf = (person: string, key: MadeKey) => ({ person, roles: ['authority'], keys: keySetOf(key) })

const byKey = (key: MadeKey, person: string, role: MemberRole = 'authority') =>
  createClient<PaymentStopTypes>({
    url: engine.deskUrl,
    retries: { attemptsMax: 1, pauseMs: 1, pauseMaxMs: 1 },
    token: () => tokenBy(key, { country: 'TL', role, person }),
  })
const confirm = (client: ReturnType<typeof byKey>) => client.act(requestId, 'ConfirmFreeze', order, { idempotencyKey: `confirm-${++nth}` })

beforeAll(async () => {
  engine = await startEmbeddedEngine()
  requestId = await submit(engine, ['SG', 'system'], buildRequestNumber(730_000), 'persons-1')
  await reaches(engine, requestId, 'verified')
  const held = { amount: { currency: 'USD', value: '1.00' }, basis: 'FIU_SUSPENSION' } as const
  expect(await clientsOf(engine, ['TL', 'fiu']).desk.act(requestId, 'ReportFreeze', held, { idempotencyKey: 'held' })).toMatchObject({
    ok: true,
  })
})
afterAll(() => engine.stop())

test('once a country has persons with keys, two names in its systems’ tokens do not count as different persons', async () => {
  register(engine, 'TL', { persons: [personOf('a.costa', costa), personOf('b.belo', belo)] })
  await eventually(async () => ((await byKey(costa, 'a.costa').list()).ok ? true : undefined), 'the registry has the person')
  const named = (person: string) => clientsOf(engine, ['TL', 'authority', person]).desk
  expect(await confirm(named('one'))).toMatchObject({ ok: false, error: { status: 403, code: 'PERSON_UNPROVED' } })
  const actions = await named('one').actions(requestId)
  expect(actions.ok && actions.value.actions.find(({ command }) => command === 'ConfirmFreeze')).toMatchObject({
    may: false,
    code: 'PERSON_UNPROVED',
  })
  // A key of the country cannot act for a person with their own key either.
  expect(await confirm(named('a.costa'))).toMatchObject({
    ok: false,
    error: { status: 401, detail: expect.stringContaining('has a key of its own') },
  })
})

test('a person’s key is valid for that person and role only', async () => {
  expect(await confirm(byKey(costa, 'b.belo'))).toMatchObject({
    ok: false,
    error: { status: 401, detail: expect.stringContaining('is of one person') },
  })
  expect(await confirm(byKey(costa, 'a.costa', 'fiu'))).toMatchObject({
    ok: false,
    error: { status: 401, detail: expect.stringContaining('does not give') },
  })
})

test('two keys, or a key and a sign-in, count as different persons, and each fact records the proof', async () => {
  expect(await confirm(byKey(costa, 'a.costa'))).toMatchObject({ ok: true, value: { outcome: 'proposed' } })
  expect(await confirm(byKey(costa, 'a.costa'))).toMatchObject({ ok: false, error: { code: 'SAME_PERSON' } })
  const browser = createBrowser()
  await signInAs(browser, engine.deskUrl, { country: 'TL', role: 'authority', person: 'c.lima' })
  const agreed = await browser.fetch(`${engine.deskUrl}/v1/requests/${requestId}/commands`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': 'by-session', origin: engine.deskUrl },
    body: JSON.stringify({ command: 'ConfirmFreeze', data: order }),
  })
  expect([agreed.status, ((await agreed.json()) as { outcome: string }).outcome]).toEqual([200, 'applied'])
  const facts = (await decryptedEvents<Fact>(engine, topics.ledger)).filter(
    ({ subject, type }) => subject === requestId && type.startsWith('holdfast.fact.'),
  )
  expect(facts.slice(-2)).toMatchObject([
    { type: 'holdfast.fact.v1.ActionProposed', actor: 'TL/authority/a.costa', actorproof: expect.stringMatching(/^key\/[\w-]{43}$/) },
    { type: 'holdfast.fact.v1.FreezeConfirmed', actor: 'TL/authority/c.lima', actorproof: expect.stringMatching(/^signIn\/[\w-]{43}$/) },
  ])
  // Earlier facts by the country's key are unchanged.
  expect(facts.slice(0, -2).some(fact => 'actorproof' in fact)).toBe(false)
})

test('a person’s revoked key is refused, and no other key', async () => {
  register(engine, 'TL', { persons: [personOf('b.belo', belo)] })
  const refusal = await eventually(async () => {
    const answer = await byKey(costa, 'a.costa').list()
    return answer.ok ? undefined : answer.error
  }, 'the key is refused')
  expect(refusal).toMatchObject({ status: 401, detail: expect.stringContaining('is registered no more') })
  expect(await byKey(belo, 'b.belo').list()).toMatchObject({ ok: true })
})
