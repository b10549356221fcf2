import { type Directory, parseDirectory } from '@holdfast/directory'
import { paymentStop } from '@holdfast/payment-stop'
import type { Delivery } from '@holdfast/payment-stop/language'
import { createCountryTopics, systemClock } from '@holdfast/runtime'
import { ordersTopic, topics } from '@holdfast/schemas'
import type { OutgoingRecord, Streams } from '@holdfast/streams'
import { beforeEach, describe, expect, test } from 'vitest'
import { buildOrder, webhookTo } from '../../test/deliveries/world.ts'
import { createDeliveryPlan } from '../deliveries/plan-deliveries.ts'
import { sendOutbound } from './send-outbound.ts'

function directoryOf(entries: readonly object[]): Directory {
  const parsed = parseDirectory({ countries: { TL: entries } }, { plainHttp: true })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}
const withWebhook = directoryOf([{ name: 'Kamanasa Bank', bic: 'KMNSTLDL', channel: webhookTo('http://bank.example/') }])

let directory: Directory
/** Published messages as `topic id`, in sequence; publishing to a topic named here fails. */
let published: string[]
let failing: string | undefined
let plans: Delivery[]
const streams = {
  ensureTopics: async () => undefined,
  async publish(topic: string, records: readonly OutgoingRecord[]) {
    if (topic === failing) throw new Error('Kafka is unreachable')
    for (const { value } of records) {
      const event = JSON.parse(value)
      published.push(`${topic} ${event.data.orderId}`)
      if (topic === topics.deliveries.name) plans.push(event)
    }
  },
} as unknown as Streams
const deps = {
  workflow: paymentStop,
  streams,
  countryTopics: createCountryTopics(streams),
  planDelivery: createDeliveryPlan(() => directory, systemClock),
}

beforeEach(() => {
  directory = withWebhook
  published = []
  failing = undefined
  plans = []
})

const order = buildOrder('one')
const orders = ordersTopic('TL').name
const send = (...sent: readonly ReturnType<typeof buildOrder>[]) =>
  sendOutbound(
    deps,
    sent.map(each => ({ topic: ordersTopic('TL'), id: each.id, key: each.data.requestId, value: JSON.stringify(each), order: each })),
  )

describe('an order for a bank with a webhook', () => {
  test('is planned before it is published', async () => {
    await send(order)
    expect(published).toEqual([`${topics.deliveries.name} ${order.id}`, `${orders} ${order.id}`])
    expect(plans[0]?.data).toMatchObject({ kind: 'planned', order, institution: { bic: 'KMNSTLDL' } })
  })

  test('is not published while its plan fails, so that both are repeated', async () => {
    failing = topics.deliveries.name
    await expect(send(order)).rejects.toThrow('Kafka is unreachable')
    expect(published).toEqual([])
  })

  test('is planned again under the same id if publishing failed', async () => {
    failing = orders
    await expect(send(order)).rejects.toThrow('Kafka is unreachable')
    failing = undefined
    await send(order)
    expect(plans.map(({ id }) => id)).toEqual([plans[0]?.id, plans[0]?.id])
  })
})

test('an order for a bank that reads the topic is only published', async () => {
  const other = buildOrder('two', 'NBDYTLDL')
  await send(other, order)
  expect(published).toEqual([`${topics.deliveries.name} ${order.id}`, `${orders} ${other.id}`, `${orders} ${order.id}`])
})

test('other messages, and orders for a country without endpoints, have no plan', async () => {
  const { order: _, ...notification } = { topic: topics.commands, id: 'a', key: 'a', value: '{"data":{"orderId":"a"}}', order }
  const abroad = buildOrder('three', 'KMNSTLDL', { country: 'SG' })
  await sendOutbound(deps, [
    notification,
    { topic: ordersTopic('SG'), id: abroad.id, key: 'b', value: JSON.stringify(abroad), order: abroad },
  ])
  expect(plans).toEqual([])
  expect(published.toSorted()).toEqual([`${topics.commands.name} a`, `${ordersTopic('SG').name} ${abroad.id}`].toSorted())
})

test('a changed directory applies from the next order', async () => {
  directory = directoryOf([])
  await send(order)
  expect(plans).toEqual([])
  directory = withWebhook
  await send(order)
  expect(plans).toHaveLength(1)
})
