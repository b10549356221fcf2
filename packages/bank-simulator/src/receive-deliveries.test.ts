import { signWebhook } from '@holdfast/directory'
import { deterministicId } from '@holdfast/schemas'
import { buildRequest } from '@holdfast/test-kit/requests'
import { createEngineSecret, createEngineSignatureVerifier, createEngineSigner } from '@holdfast/trust'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Receiver, receiveDeliveries } from './receive-deliveries.ts'

const bytes = Buffer.alloc(32, 7)
const signer = createEngineSigner(createEngineSecret(Buffer.alloc(32, 3)))
const whyNotSigned = createEngineSignatureVerifier([signer.key])
const orders: string[] = []
const refused: string[] = []
let receiver: Receiver
beforeEach(async () => {
  orders.length = 0
  refused.length = 0
  receiver = await receiveDeliveries({
    port: 0,
    secret: `whsec_${bytes.toString('base64')}`,
    whyNotSigned: async order => whyNotSigned(order),
    onOrder: ({ orderId }) => void orders.push(orderId),
    onRefused: why => void refused.push(why),
  })
})
afterEach(() => receiver.stop())

const { payment, offence, handling, caseReference } = buildRequest()
const orderId = deterministicId('an order')
const order = {
  specversion: '1.0',
  id: orderId,
  source: '/holdfast/dispatch',
  type: 'holdfast.order.v1',
  time: '2024-07-23T02:25:00Z',
  data: {
    orderId,
    requestId: deterministicId('a request'),
    kind: 'freeze',
    country: 'TL',
    requestingCountry: 'SG',
    caseReference,
    institution: { bic: 'KMNSTLDL' },
    amount: payment.amount,
    reason: 'Verified',
    legalBasis: offence.legalBasis,
    confidentiality: handling.confidentiality,
    discloseToHolder: false,
    payment,
  },
}
const body = JSON.stringify({ ...order, signature: signer.sign(order) })
const deliver = async (content: string, key = bytes, method = 'POST') =>
  (
    await fetch(receiver.url, {
      method,
      headers: { 'content-type': 'application/cloudevents+json', ...signWebhook(orderId, new Date(), content, [key]) },
      ...(method === 'POST' ? { body: content } : {}),
    })
  ).status

test('an order that is the engine’s is taken, once, however often it comes', async () => {
  expect([await deliver(body), await deliver(body)]).toEqual([202, 200])
  expect(orders).toEqual([orderId])
})

test('what another sender signed, or what cannot be read, is not', async () => {
  expect([
    await deliver(body, Buffer.alloc(32, 8)),
    await deliver('{}'),
    await deliver('x'.repeat(1_100_000)),
    await deliver('', bytes, 'GET'),
  ]).toEqual([401, 422, 413, 405])
  expect([orders, refused]).toEqual([[], [expect.stringContaining('not the engine'), expect.stringContaining('can’t be read')]])
})

test('what the engine has not signed is not, in any delivery: without a signature, with another’s, or with other words', async () => {
  const anothers = createEngineSigner(createEngineSecret(Buffer.alloc(32, 4))).sign(order)
  const signature = signer.sign(order)
  const changed = { ...order, data: { ...order.data, amount: { currency: 'USD', value: '1.00' } } }
  const statuses = []
  for (const each of [order, { ...order, signature: anothers }, { ...changed, signature }])
    statuses.push(await deliver(JSON.stringify(each)))
  expect([statuses, orders, refused.length]).toEqual([[401, 401, 401], [], 3])
  expect(await deliver(body)).toBe(202)
})

test('a delivery fails where it can not be known whether the engine has signed it, and is taken when it comes again', async () => {
  await receiver.stop()
  let isThere = false
  receiver = await receiveDeliveries({
    port: 0,
    secret: `whsec_${bytes.toString('base64')}`,
    async whyNotSigned(each) {
      if (!isThere) throw new Error('the engine is not there')
      return whyNotSigned(each)
    },
    onOrder: ({ orderId }) => void orders.push(orderId),
    onRefused: why => void refused.push(why),
  })
  await expect(deliver(body)).rejects.toThrow()
  isThere = true
  expect([await deliver(body), orders]).toEqual([202, [orderId]])
})
