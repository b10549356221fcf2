import { createClient, signToken } from '@holdfast/client'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type DeadLetter, type MemberRole, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createDpopKey, type DpopKey, developmentToken, type Member, makeKey } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBrowser, signInAs } from '../src/browser.ts'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { clientsOf, eventsIn, eventually } from '../src/engine.ts'
import { register } from '../src/registry.ts'

// ADR 60 on a running engine: the registry begins to require proof of possession from Singapore, not from Timor-Leste.
// Each test continues the one before.

let engine: EmbeddedEngine
let requestId = ''
const [mine, stolen] = [createDpopKey(), createDpopKey()]

const tokenOf = (role: MemberRole, dpop: DpopKey) =>
  developmentToken(engine.dataDir, { country: 'SG', role, person: 'a.tan', bound: { jkt: dpop.thumbprint } })
/** Uses Singapore's tokens, which are bound to one key, with proofs by another key. */
const holding = (held: DpopKey, role: MemberRole = 'officer', boundTo = held) =>
  createClient<PaymentStopTypes>({
    url: engine.deskUrl,
    dpop: held,
    token: () => tokenOf(role, boundTo),
    retries: { attemptsMax: 1, pauseMs: 1, pauseMaxMs: 1 },
  })
const bind = (bound: Member['bound']) => register(engine, 'SG', { bound })

beforeAll(async () => {
  engine = await startEmbeddedEngine()
})
afterAll(() => engine.stop())

test('once the registry requires bound tokens of a member, its bearer tokens are refused, and those of others are not', async () => {
  const { desk } = clientsOf(engine, ['SG', 'officer'])
  expect((await desk.list()).ok).toBe(true)
  bind('dpop')
  const refusal = await eventually(async () => {
    const answer = await desk.list()
    return answer.ok ? undefined : answer.error
  }, 'bearer tokens of Singapore are refused')
  expect(refusal).toMatchObject({ status: 401, detail: expect.stringContaining('(dpop)') })
  expect((await clientsOf(engine, ['TL', 'officer']).desk.list()).ok).toBe(true)
})

test('with proofs it sends, reads, acts and follows as before', async () => {
  const receipt = await holding(mine, 'system').submit(buildRequestNumber(740_000), { idempotencyKey: 'bound-1' })
  expect(receipt).toMatchObject({ ok: true })
  requestId = receipt.ok ? receipt.value.requestId : ''
  const officer = holding(mine)
  await eventually(async () => {
    const shown = await officer.show(requestId)
    return shown.ok && shown.value.request.phase === 'verified' ? true : undefined
  }, 'the request is verified')
  const seen: string[] = []
  for await (const { fact } of officer.watch({ requestId, from: 'start' })) {
    seen.push(fact.type)
    if (seen.length === 2) break
  }
  expect(seen).toEqual(['holdfast.fact.v1.RequestOpened', 'holdfast.fact.v1.RequestVerified'])
  const withdrawn = await officer.act(requestId, 'Withdraw', { reason: 'sent in error' }, { idempotencyKey: 'bound-2' })
  expect(withdrawn).toMatchObject({ ok: true })
})

test('a thief with its token but not its key reads nothing and does nothing', async () => {
  const thief = holding(stolen, 'officer', mine)
  const refused = { ok: false, error: { status: 401, code: 'UNAUTHENTICATED', detail: expect.stringContaining('not signed by the key') } }
  expect(await thief.show(requestId)).toMatchObject(refused)
  expect(await thief.act(requestId, 'Withdraw', { reason: 'stolen' }, { idempotencyKey: 'stolen' })).toMatchObject(refused)
  await expect(thief.watch({ from: 'start' }).next()).rejects.toThrow(/not signed by the key/)
})

test('by Kafka its tokens are refused, because a record has no proof of possession', async () => {
  const event = {
    specversion: '1.0',
    id: 'bound-by-kafka',
    source: '/ncb/sg',
    type: 'holdfast.request.v1',
    data: buildRequestNumber(740_001),
  }
  const headers = { authorization: `Bearer ${await tokenOf('system', mine)}` }
  await engine.streams.publish(topics.requests.name, [{ key: 'SG', value: JSON.stringify(event), headers }])
  const reason = await eventually(async () => {
    const letters = await eventsIn<DeadLetter>(engine.streams, topics.deadLetters)
    return letters.find(({ data }) => data.value.includes('bound-by-kafka'))?.data.reason
  }, 'the record is a dead letter')
  expect(reason).toContain('taken by HTTP alone')
})

test('its people sign in at the desk as before', async () => {
  const browser = createBrowser()
  await signInAs(browser, engine.deskUrl, { country: 'SG', role: 'officer', person: 'a.tan' })
  const shown = await browser.fetch(`${engine.deskUrl}/v1/requests/${requestId}`)
  expect([shown.status, ((await shown.json()) as { request: { requestId: string } }).request.requestId]).toEqual([200, requestId])
})

test('a person without a binding uses bearer tokens of a key of their own, although the member is bound', async () => {
  const key = makeKey('lim')
  register(engine, 'SG', { persons: [{ person: 'b.lim', roles: ['officer'], bound: 'no', keys: { keys: [key.publicKey] } }] })
  const token = () =>
    signToken({
      actor: { country: 'SG', role: 'officer', person: 'b.lim' },
      key: key.privateKey,
      kid: 'lim',
      ttlSeconds: 300,
      now: new Date(),
    })
  const lim = createClient<PaymentStopTypes>({ url: engine.deskUrl, token })
  await eventually(async () => ((await lim.list()).ok ? true : undefined), 'the person is known')
  expect((await clientsOf(engine, ['SG', 'officer']).desk.list()).ok).toBe(false)
})
