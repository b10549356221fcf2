import { randomUUID } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PaymentStopTypes } from '@holdfast/payment-stop/language'
import { type Command, commandEvent, type Fact, isFact, type Order } from '@holdfast/payment-stop/language'
import { type ActionList, type EngineKeys, ordersTopic, type RefusedCommand, topics } from '@holdfast/schemas'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { createEngineSignatureVerifier, type MadeKey, makeKey } from '@holdfast/trust'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type EmbeddedEngine, startEmbeddedEngine } from '../src/embedded-engine.ts'
import { eventsIn, eventually, submit, tokenOf } from '../src/engine.ts'
import { keySetOf, register, tokenBy } from '../src/registry.ts'
import { decryptedEvents } from '../src/with-personal-data.ts'

// ADR 54: two banks of Timor-Leste with their own keys, and requests about accounts of either. Each test continues the
// one before.

let engine: EmbeddedEngine
let orders: { readonly kamanasa: Order['data']; readonly lorosae: Order['data'] }
const [kamanasa, signer, lorosae] = [makeKey('kamanasa'), makeKey('signer'), makeKey('lorosae')]
const banks = [
  { name: 'Kamanasa Bank', bics: ['KMNSTLDL'], keys: keySetOf(kamanasa), persons: [{ person: 's.signer', keys: keySetOf(signer) }] },
  { name: 'Lorosae Bank', bics: ['LORSTLDL'], keys: keySetOf(lorosae) },
]

const tokenOfBank = (key: MadeKey, person = 'payments') => tokenBy(key, { country: 'TL', role: 'institution', person })

async function ask(token: string, path: string, body?: object) {
  const answer = await fetch(`${engine.deskUrl}${path}`, {
    headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}) },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  })
  type Body = { instance?: string; code?: string; detail?: string; orders?: Order['data'][] } & Partial<Order>
  // Each refusal has an `instance` of its own.
  const { instance: _, ...answered } = (await answer.json()) as Body
  return { status: answer.status, body: answered }
}
const interimTo = ({ orderId, requestId, institution }: Order['data']) => ({
  orderId,
  requestId,
  institution: { bic: institution.bic },
  kind: 'interim',
  details: { reason: 'RQDA' },
})
const orderOf = (requestId: string) =>
  eventually(
    async () =>
      (await eventsIn<Order>(engine.streams, ordersTopic('TL')).catch(() => [])).find(({ data }) => data.requestId === requestId)?.data,
    'the order',
  )

beforeAll(async () => {
  engine = await startEmbeddedEngine()
  const given = { TL: [{ name: 'Lorosae Bank', bic: 'LORSTLDL', channel: { kind: 'topic' } }] }
  writeFileSync(join(engine.dataDir, 'directory.json'), JSON.stringify({ countries: given }))
  const sent = async (number: number, bic: string) => {
    const request = buildRequestNumber(number)
    const document = { ...request, payment: { ...request.payment, creditorAgent: { ...request.payment.creditorAgent, bic } } }
    return orderOf(await submit(engine, ['SG', 'system'], document, `bank-${number}`))
  }
  orders = { kamanasa: await sent(740_000, 'KMNSTLDL'), lorosae: await sent(740_001, 'LORSTLDL') }
  register(engine, 'TL', { institutions: banks })
  await eventually(
    async () => ((await ask(await tokenOfBank(kamanasa), '/v1/session')).status === 200 ? true : undefined),
    'the registry has the banks',
  )
})
afterAll(() => engine.stop())

test('a bank lists and reads its own orders only', async () => {
  const listed = await ask(await tokenOfBank(kamanasa), '/v1/orders')
  expect(listed.body.orders).toMatchObject([{ orderId: orders.kamanasa.orderId, requestId: orders.kamanasa.requestId, kind: 'freeze' }])
  expect((await ask(await tokenOfBank(signer, 's.signer'), '/v1/orders')).body.orders).toHaveLength(1)
  expect((await ask(await tokenOfBank(lorosae), '/v1/orders')).body.orders).toMatchObject([{ orderId: orders.lorosae.orderId }])
  expect(await ask(await tokenOfBank(kamanasa), `/v1/orders/${orders.kamanasa.orderId}`)).toMatchObject({
    status: 200,
    body: { data: { orderId: orders.kamanasa.orderId } },
  })
  const [another, none] = [
    await ask(await tokenOfBank(kamanasa), `/v1/orders/${orders.lorosae.orderId}`),
    await ask(await tokenOfBank(kamanasa), `/v1/orders/${randomUUID()}`),
  ]
  expect(another).toEqual(none)
  expect(another).toMatchObject({ status: 404, body: { code: 'ORDER_UNKNOWN' } })
  expect(await ask(await tokenOf(engine, ['TL', 'officer']), '/v1/orders')).toMatchObject({ status: 403, body: { code: 'NOT_PERMITTED' } })
})

test('a bank verifies an order’s signature by the engine’s keys, from its list and from the topic', async () => {
  const { keys } = (await ask(await tokenOfBank(kamanasa), '/v1/engine-keys')).body as unknown as EngineKeys
  const whyNot = createEngineSignatureVerifier(keys)
  const { body: listed } = await ask(await tokenOfBank(kamanasa), `/v1/orders/${orders.kamanasa.orderId}`)
  const lying = await eventsIn<Order>(engine.streams, ordersTopic('TL'))
  expect(lying.length).toBeGreaterThan(1)
  for (const order of [listed as unknown as Order, ...lying]) {
    expect(whyNot(order)).toBeUndefined()
    expect(whyNot({ ...order, data: { ...order.data, amount: { ...order.data.amount, value: '1.00' } } })).toContain('of another order')
  }
})

test('a bank that waits for its next order gets it at once, and no order of another bank', async () => {
  const token = await tokenOfBank(kamanasa)
  type Page = { readonly orders: readonly Order['data'][]; readonly nextCursor: string }
  const page = async (query: string) => (await ask(token, `/v1/orders?${query}`)).body as unknown as Page
  const { nextCursor } = await page('waitSeconds=1')
  const nothing = await page(`waitSeconds=1&after=${nextCursor}`)
  expect(nothing.orders).toEqual([])
  const waits = page(`waitSeconds=30&after=${nothing.nextCursor}`)
  const sent = async (number: number, bic: string) => {
    const request = buildRequestNumber(number)
    const document = { ...request, payment: { ...request.payment, creditorAgent: { ...request.payment.creditorAgent, bic } } }
    return orderOf(await submit(engine, ['SG', 'system'], document, `waited-${number}`))
  }
  await sent(740_010, 'LORSTLDL')
  const mine = await sent(740_011, 'KMNSTLDL')
  const came = await waits
  expect(came.orders.map(({ orderId }) => orderId)).toEqual([mine.orderId])
  expect((await page(`waitSeconds=1&after=${came.nextCursor}`)).orders).toEqual([])
  expect(await ask(token, '/v1/orders?waitSeconds=31')).toMatchObject({ status: 422 })
})

test('a bank can neither read a request nor give a command on it', async () => {
  const { requestId } = orders.kamanasa
  for (const path of [
    '/v1/requests',
    `/v1/requests/${requestId}`,
    `/v1/requests/${requestId}/history`,
    `/v1/requests/${requestId}/orders`,
    '/v1/requests/counts',
    '/v1/alerts',
    '/v1/proposals',
    '/v1/stream',
    '/v1/checkpoints',
    '/v1/analysis',
  ])
    expect([path, await ask(await tokenOfBank(kamanasa), path)]).toMatchObject([
      path,
      {
        status: 403,
        body: { code: 'NOT_PERMITTED', detail: expect.stringContaining('Institutions have access to their own orders only') },
      },
    ])
  const command = { command: 'ReportInterim', data: { reason: 'RQDA' } }
  expect(await ask(await tokenOfBank(kamanasa), `/v1/requests/${requestId}/commands`, command)).toMatchObject({
    status: 403,
    body: { code: 'NOT_PERMITTED' },
  })
})

test('a bank answers its own orders; another bank’s order does not exist for it', async () => {
  const [another, none] = [
    await ask(await tokenOfBank(lorosae), '/v1/answers', interimTo(orders.kamanasa)),
    await ask(await tokenOfBank(lorosae), '/v1/answers', interimTo({ ...orders.kamanasa, requestId: randomUUID(), orderId: randomUUID() })),
  ]
  expect(another).toEqual(none)
  expect(another).toMatchObject({
    status: 404,
    body: { code: 'ORDER_UNKNOWN', detail: expect.stringContaining('your institution has no order') },
  })
  // A key of the country cannot answer for a bank with its own key either.
  expect(await ask(await tokenOf(engine, ['TL', 'institution']), '/v1/answers', interimTo(orders.kamanasa))).toMatchObject({
    status: 404,
    body: { code: 'ORDER_UNKNOWN', detail: expect.stringContaining('has a key of its own') },
  })
  expect(await ask(await tokenOfBank(signer, 's.signer'), '/v1/answers', interimTo(orders.kamanasa))).toMatchObject({ status: 202 })
  const reported = await eventually(
    async () =>
      (await decryptedEvents<Fact>(engine, topics.ledger)).find(
        fact => fact.type.startsWith('holdfast.fact.') && isFact(fact, 'InterimReported'),
      ),
    'the answer is a fact',
  )
  expect(reported).toMatchObject({
    subject: orders.kamanasa.requestId,
    actor: 'TL/institution/s.signer',
    actorproof: expect.stringMatching(/^key\//),
  })
})

test.each([
  ['ReportFreeze', { amount: { currency: 'USD', value: '1.00' }, basis: 'FIU_SUSPENSION' }],
  ['ReportReturn', { amount: { currency: 'USD', value: '1.00' }, reference: 'R-1' }],
  ['ReportNoFunds', { reason: 'AM04' }],
  ['ReportInterim', { reason: 'RQDA' }],
])('the country cannot give %s for a bank with its own key, and the desk says so in advance', async (command, data) => {
  const token = await tokenOf(engine, ['TL', 'institution'])
  const { requestId } = orders.kamanasa
  const why = expect.stringContaining('has a key of its own in the registry')
  expect(await ask(token, `/v1/requests/${requestId}/commands`, { command, data })).toMatchObject({
    status: 403,
    body: { code: 'NOT_PERMITTED', detail: why },
  })
  const { actions } = (await ask(token, `/v1/requests/${requestId}/actions`)).body as unknown as ActionList<PaymentStopTypes>
  expect(actions.find(action => action.command === command)).toMatchObject({ may: false, code: 'NOT_PERMITTED', message: why })
})

/** The outcome of a command that reaches the ledger without an endpoint. */
async function refusalOfForged(requestId: string, actor: string): Promise<object> {
  const about = { id: randomUUID(), subject: requestId, time: new Date().toISOString(), correlationid: requestId, actor }
  const forged = { ...commandEvent('ReportInterim', { reason: 'RQDA' }, { ...about, service: 'dispatch' }), source: '/holdfast/desk' }
  await engine.streams.publish(topics.commands.name, [{ key: requestId, value: JSON.stringify(forged) }])
  return eventually(
    async () => (await eventsIn<RefusedCommand>(engine.streams, topics.ledger)).find(({ causationid }) => causationid === forged.id),
    'the ledger has decided',
  )
}
const notPermitted = { type: 'holdfast.refusal.v1', data: { code: 'NOT_PERMITTED' } }

test('the ledger refuses a command for a bank with its own key that has no answer as its cause', async () => {
  expect(await refusalOfForged(orders.kamanasa.requestId, 'TL/institution/a.bank')).toMatchObject(notPermitted)
})

test('the ledger refuses a command of the FIU for a bank that the directory sends orders to', async () => {
  expect(await refusalOfForged(orders.lorosae.requestId, 'TL/fiu/a.fiu')).toMatchObject(notPermitted)
})

test('by Kafka another bank’s order does not exist, and a revoked key is refused by HTTP and by Kafka', async () => {
  const send = async (token: string, id: string, order: Order['data']) => {
    const event = { specversion: '1.0', id, source: '/banks/lorosae', type: 'holdfast.answer.v1', data: interimTo(order) }
    await engine.streams.publish(topics.answers.name, [
      { key: order.requestId, value: JSON.stringify(event), headers: { authorization: `Bearer ${token}` } },
    ])
  }
  const told = (topic: { readonly name: string }, text: string) =>
    eventually(
      async () =>
        (await eventsIn<object>(engine.streams, topic).catch(() => [])).map(each => JSON.stringify(each)).find(each => each.includes(text)),
      text,
    )
  await send(await tokenOfBank(lorosae), 'wrong-bic', orders.kamanasa)
  expect(await told({ name: 'freeze.notifications.tl' }, 'wrong-bic')).toContain('your institution has no order for the request it names')

  const [still, other] = [await tokenOfBank(kamanasa), await tokenOfBank(lorosae)]
  register(engine, 'TL', { institutions: banks.slice(1) })
  await eventually(async () => ((await ask(still, '/v1/session')).status === 401 ? true : undefined), 'the key is refused')
  expect((await ask(still, '/v1/answers', interimTo(orders.kamanasa))).body.detail).toContain('is registered no more')
  expect((await ask(other, '/v1/session')).status).toBe(200)
  await send(still, 'revoked-bank', orders.kamanasa)
  expect(await told(topics.deadLetters, 'revoked-bank')).toContain('is registered no more')
  const given = (await eventsIn<Command>(engine.streams, topics.commands)).filter(({ type }) => type.endsWith('ReportInterim'))
  expect(given.filter(({ orderid }) => orderid !== undefined)).toHaveLength(1)
})
