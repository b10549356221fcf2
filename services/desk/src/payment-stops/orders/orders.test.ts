import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type BankMessage, bankMessageType, type Fact, type Order, type OrderKind } from '@holdfast/payment-stop/language'
import { createCountryTopics } from '@holdfast/runtime'
import { bankMessagesTopic, consequenceIdOf, deliveryOf, ordersTopic, orderType, plannedDelivery, topics } from '@holdfast/schemas'
import { openSqlite } from '@holdfast/sqlite'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Desks, openDesks, type StartedDesk, unwrap } from '../../../test/desks.ts'
import { createHistory, type History, passed } from '../../../test/histories.ts'
import { createOrderReader } from './read-orders.ts'
import { createStoredBankMessages } from './stored-bank-messages.ts'
import { createStoredOrders } from './stored-orders.ts'

let desks: Desks
let desk: StartedDesk
beforeAll(async () => {
  desks = await openDesks(2)
  desk = await desks.start('orders')
  await desks.streams.ensureTopics([ordersTopic('TL')])
})
afterAll(() => desks.close())

async function verified(number: number): Promise<History> {
  const history = passed(createHistory(buildRequestNumber(number)))
  await desks.write(...history.entries)
  await desks.sees(desk, history)
  return history
}

/** As dispatch builds it for a fact. */
function orderFor({ requestId, document }: History, cause: Fact | undefined, kind: OrderKind): Order {
  const { id = '', time = '' } = cause ?? {}
  const orderId = consequenceIdOf('order', requestId, id)
  return {
    specversion: '1.0',
    id: orderId,
    source: '/holdfast/dispatch',
    type: orderType,
    subject: requestId,
    time,
    causationid: id,
    data: {
      orderId,
      kind,
      reason: 'Verified request to stop a payment',
      amount: document.payment.amount,
      requestId,
      country: document.beneficiaryCountry,
      requestingCountry: document.requestingCountry,
      caseReference: document.caseReference,
      institution: document.payment.creditorAgent,
      legalBasis: document.offence.legalBasis,
      confidentiality: document.handling.confidentiality,
      discloseToHolder: document.handling.discloseToHolder,
      payment: document.payment,
    },
  }
}

const publish = (topic: string, ...events: Array<{ readonly subject?: string | undefined }>) =>
  desks.streams.publish(
    topic,
    events.map(event => ({ key: event.subject ?? '', value: JSON.stringify(event) })),
  )
const sent = (...orders: Order[]) => publish(ordersTopic('TL').name, ...orders)
const messageOf = async (requestId: string, orderId: string, country = 'TL', query = '') =>
  fetch(`${desk.url}/v1/requests/${requestId}/orders/${orderId}/message${query}`, {
    headers: { authorization: `Bearer ${await desk.token(country)}` },
  })

test('orders of a request are listed with their deliveries, and of the payment with the amount only', async () => {
  const history = await verified(1)
  const freeze = orderFor(history, history.facts[1], 'freeze')
  const { requestId, country, institution, orderId } = freeze.data
  const about = { orderId, requestId, country, institution: { bic: institution.bic } }
  await publish(topics.deliveries.name, plannedDelivery(freeze, undefined, new Date('2024-07-23T02:25:01Z')))
  await sent(freeze)
  const tl = desk.as('TL')
  expect(unwrap(await tl.orders(requestId)).orders).toMatchObject([{ orderId, deliveries: [{ kind: 'planned' }] }])
  await publish(
    topics.deliveries.name,
    deliveryOf(
      { kind: 'delivered', ...about, recipient: 'Bank of Dili', attempts: 3, channel: 'webhook' },
      new Date('2024-07-23T02:26:00Z'),
    ),
  )
  const { orders, behind } = unwrap(await tl.orders(requestId))
  expect(behind).toBeUndefined()
  expect(orders).toEqual([
    {
      orderId,
      kind: 'freeze',
      amount: freeze.data.amount,
      institution: { bic: institution.bic },
      at: freeze.time,
      cause: history.facts[1]?.id,
      deliveries: [
        { kind: 'planned', at: '2024-07-23T02:25:01.000Z' },
        { kind: 'delivered', at: '2024-07-23T02:26:00.000Z', recipient: 'Bank of Dili', attempts: 3, channel: 'webhook' },
      ],
    },
  ])
  expect(JSON.stringify(orders)).not.toContain(JSON.stringify(freeze.data.payment.creditor.account).slice(1, -1))
})

test('an order that was sent twice is listed once, and a record that is no order is ignored', async () => {
  const history = await verified(2)
  const freeze = orderFor(history, history.facts[1], 'freeze')
  await desks.streams.publish(ordersTopic('TL').name, [{ key: history.requestId, value: '{"id":"something else"}' }])
  await sent(freeze, freeze)
  expect(unwrap(await desk.as('TL').orders(history.requestId)).orders.map(({ orderId }) => orderId)).toEqual([freeze.id])
})

test('the requesting country may not see the orders, and a third country does not see the request', async () => {
  const { requestId } = await verified(3)
  expect(await desk.as('SG').orders(requestId)).toMatchObject({ ok: false, error: { code: 'NOT_PERMITTED' } })
  expect(await desk.as('FR').orders(requestId)).toMatchObject({ ok: false, error: { code: 'REQUEST_UNKNOWN' } })
  expect((await messageOf(requestId, requestId, 'SG')).status).toBe(403)
})

test('an order is returned as a bank message, or as JSON if no bank message can express it', async () => {
  const history = await verified(4)
  const freeze = orderFor(history, history.facts[1], 'freeze')
  const release = orderFor(history, history.facts[0], 'release')
  await sent(freeze, release)
  const xml = await messageOf(history.requestId, freeze.id)
  expect(xml.headers.get('content-type')).toContain('application/xml')
  expect(xml.headers.get('content-disposition')).toBe(`attachment; filename="order-${freeze.id}.xml"`)
  const text = await xml.text()
  expect(text).toContain('urn:iso:std:iso:20022:tech:xsd:camt.056.001.08')
  expect(text).toContain('Timor-Leste')
  expect(await (await messageOf(history.requestId, release.id)).json()).toEqual(release)
  expect(await (await messageOf(history.requestId, freeze.id, 'TL', '?format=json')).json()).toEqual(freeze)
  expect((await messageOf(history.requestId, freeze.id, 'TL', '?format=mt')).status).toBe(422)
})

test('an order is not found under another request, for any caller', async () => {
  const [one, other] = [await verified(5), await verified(6)]
  const freeze = orderFor(one, one.facts[1], 'freeze')
  await sent(freeze)
  expect((await messageOf(other.requestId, freeze.id)).status).toBe(404)
})

const bankMessage = (n: number, ...parts: BankMessage['data']['parts']): BankMessage => ({
  specversion: '1.0',
  id: `message-${n}`,
  source: '/holdfast/dispatch',
  type: bankMessageType,
  time: `2024-07-23T02:3${n}:00.000Z`,
  data: {
    country: 'TL',
    sender: 'TL/institution/a.bank',
    messageDefinition: 'camt.029.001.09',
    messageIdentification: `RSL-${n}`,
    parts,
    text: `<Document>${n} “é”</Document>`,
  },
})
const bankMessageOf = async (requestId: string, id: string, country = 'TL') =>
  fetch(`${desk.url}/v1/requests/${requestId}/bank-messages/${id}`, { headers: { authorization: `Bearer ${await desk.token(country)}` } })

test('a bank’s answer message is listed with each of its requests, and returned unchanged to the bank’s own country', async () => {
  const [one, other] = [await verified(11), await verified(12)]
  const [orderId, otherOrderId] = [one, other].map(history => orderFor(history, history.facts[1], 'freeze').id) as [string, string]
  const answer = { requestId: one.requestId, orderId, kind: 'noFunds', commandId: 'a command' } as const
  const unclear = { requestId: other.requestId, orderId: otherOrderId }
  await desks.streams.ensureTopics([bankMessagesTopic('TL')])
  const both = bankMessage(1, answer, unclear)
  await publish(bankMessagesTopic('TL').name, both, both, bankMessage(2, { ...answer, kind: 'interim', commandId: 'another' }))
  await desks.streams.publish(bankMessagesTopic('TL').name, [{ key: 'TL', value: '{"id":"something else"}' }])
  const { requestId: _, ...part } = answer
  const about = { messageDefinition: 'camt.029.001.09' }
  const tl = desk.as('TL')
  expect(unwrap(await tl.orders(one.requestId)).messages).toEqual([
    { id: 'message-1', at: '2024-07-23T02:31:00.000Z', ...about, messageIdentification: 'RSL-1', parts: [part] },
    {
      id: 'message-2',
      at: '2024-07-23T02:32:00.000Z',
      ...about,
      messageIdentification: 'RSL-2',
      parts: [{ ...part, kind: 'interim', commandId: 'another' }],
    },
  ])
  expect(unwrap(await tl.orders(other.requestId)).messages).toMatchObject([{ id: 'message-1', parts: [{ orderId: otherOrderId }] }])
  const got = await bankMessageOf(one.requestId, 'message-1')
  expect([got.headers.get('content-type'), got.headers.get('content-disposition')]).toEqual([
    expect.stringContaining('application/xml'),
    'attachment; filename="message-message-1.xml"',
  ])
  expect(await got.text()).toBe(both.data.text)
  expect((await bankMessageOf(other.requestId, 'message-2')).status).toBe(404)
  expect((await bankMessageOf(one.requestId, 'message-1', 'SG')).status).toBe(403)
  expect((await bankMessageOf(one.requestId, 'message-1', 'FR')).status).toBe(404)
})

test('a long topic is read in steps, and the answer says that more is to come', async () => {
  const history = await verified(7)
  await sent(orderFor(history, history.facts[1], 'freeze'))
  const file = openSqlite(`${desk.viewDir}/steps.sqlite`, { durable: false })
  const [stored, messages] = [createStoredOrders(file), createStoredBankMessages(file)]
  const reader = createOrderReader({ streams: desks.streams, countryTopics: createCountryTopics(desks.streams), stored, messages, file }, 2)
  let steps = 1
  while (!(await reader.catchUp('TL', history.requestId))) steps++
  const records = await desks.streams.endOffset(ordersTopic('TL').name, 0)
  expect(steps).toBe(Math.ceil(records / 2))
  expect(stored.of(history.requestId)).toHaveLength(1)
  await file.close()
})

test('a topic that was replaced is read from its beginning, even if it is as long as before', async () => {
  const restored = await openDesks(2)
  await restored.streams.ensureTopics([ordersTopic('TL'), topics.deliveries])
  const [lost, kept, later] = [await verified(8), await verified(9), await verified(10)]
  const [lostOrder, keptOrder, laterOrder] = [lost, kept, later].map(history => orderFor(history, history.facts[1], 'freeze')) as [
    Order,
    Order,
    Order,
  ]
  const before = await openDesks(2)
  await before.streams.ensureTopics([ordersTopic('TL'), topics.deliveries])
  const send = ({ streams }: Desks, ...orders: Order[]) =>
    streams.publish(
      ordersTopic('TL').name,
      orders.map(order => ({ key: order.data.requestId, value: JSON.stringify(order) })),
    )
  await send(before, keptOrder, lostOrder)
  await send(restored, laterOrder, keptOrder, laterOrder)
  const file = openSqlite(`${desk.viewDir}/restored.sqlite`, { durable: false })
  const index = createStoredOrders(file)
  const messages = createStoredBankMessages(file)
  const over = ({ streams }: Desks) =>
    createOrderReader({ streams, countryTopics: createCountryTopics(streams), stored: index, messages, file })
  const listed = () => [lost, kept, later].map(({ requestId }) => index.of(requestId).length)
  await over(before).catchUp('TL', kept.requestId)
  expect(listed()).toEqual([1, 1, 0])
  await over(restored).catchUp('TL', kept.requestId)
  expect(listed()).toEqual([0, 1, 1])
  await file.close()
  await Promise.all([before.close(), restored.close()])
})

test('the desk stores no personal data of an order and no name of a sender, and deletes files of earlier versions at the start', async () => {
  const history = await verified(9)
  const answered = orderFor(history, history.facts[1], 'information')
  await sent({ ...answered, data: { ...answered.data, reason: 'The marmaladefox paid it from another account' } })
  const answer = bankMessage(3, { requestId: history.requestId, orderId: answered.data.orderId, kind: 'noFunds', commandId: 'a command' })
  const sentBy: BankMessage = { ...answer, data: { ...answer.data, sender: 'TL/institution/q.quincetree' } }
  await publish(bankMessagesTopic('TL').name, sentBy)
  const another = join(desks.dataDir, 'orders-rebuilt')
  const earlier = ['', '-wal'].map(part => join(another, `desk-orders.3.sqlite${part}`))
  mkdirSync(another)
  for (const path of earlier) writeFileSync(path, 'The marmaladefox')
  const started = await desks.start('orders-rebuilt')
  await desks.sees(started, history)
  expect(unwrap(await started.as('TL').orders(history.requestId))).toMatchObject({
    orders: [{ kind: 'information' }],
    messages: [{ id: 'message-3' }],
  })
  expect(await (await messageOf(history.requestId, answered.data.orderId, 'TL', '?format=json')).text()).toContain('marmaladefox')
  await started.stop()
  expect(earlier.filter(path => existsSync(path))).toEqual([])
  expect([...filesWith(another, 'marmaladefox'), ...filesWith(another, 'quincetree')]).toEqual([])
})

/** The files of a folder that contain a word. */
const filesWith = (folder: string, word: string): string[] =>
  readdirSync(folder).filter(name => readFileSync(join(folder, name), 'latin1').includes(word))
