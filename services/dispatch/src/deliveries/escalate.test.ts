import { paymentStop } from '@holdfast/payment-stop'
import type { Command } from '@holdfast/payment-stop/language'
import { systemClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import { startReceiver } from '@holdfast/test-kit/webhook-receiver'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { buildOrder, createDeliveryWorld, type DeliveryWorld, webhookTo } from '../../test/deliveries/world.ts'
import { createEscalation } from './escalate.ts'

let world: DeliveryWorld
const ending: (() => Promise<void>)[] = []
beforeEach(async () => {
  world = await createDeliveryWorld({ HOLDFAST_DELIVERY_WITHIN_MS: '1000' })
})
afterEach(async () => {
  await world.stop()
  for (const end of ending.splice(0)) await end()
})

const reports = () => world.records<Command>(topics.commands.name)

test('an order that was never tried is escalated if it expires after the orders before it have failed', async () => {
  const hanging = await startReceiver({ secrets: [world.secret], behave: () => 'never answers' })
  ending.push(hanging.stop)
  world.setDirectory([{ name: 'Kamanasa Bank', bic: 'KMNSTLDL', channel: webhookTo(hanging.url) }])
  await world.start({ webhooks: { totalMs: 2_000 } })
  const sent = Array.from({ length: 12 }, (_, nth) => buildOrder(`order ${nth}`))
  await world.send(sent)
  await vi.waitFor(async () => expect(await reports()).toHaveLength(12), { timeout: 10_000, interval: 20 })
  const waited = (await reports()).filter(({ data }) => (data as { attempts: number }).attempts === 0)
  // Four at a time, and none after five failures in a row.
  expect(hanging.times.size + waited.length).toBe(12)
  const { id } = sent[11] as { id: string }
  expect(waited.map(({ data }) => data)).toContainEqual({
    orderId: id,
    order: 'freeze',
    recipient: 'Kamanasa Bank',
    attempts: 0,
    why: 'its time is over',
  })
})

test('a repeated report is one command, and a report of another order is another', async () => {
  world.setDirectory([])
  await world.start()
  const escalate = createEscalation({ workflow: paymentStop, streams: world.drivers.streams, clock: systemClock })
  const how = { kind: 'escalated', recipient: 'Kamanasa Bank', attempts: 9, why: 'the endpoint answers 503' } as const
  const release = buildOrder('release', 'KMNSTLDL', { kind: 'release', requestId: buildOrder('one').data.requestId })
  for (const order of [buildOrder('one'), buildOrder('one'), release]) await escalate(order, how)
  const [first, second, third] = (await reports()).map(({ id }) => id)
  expect(second).toBe(first)
  expect(third).not.toBe(first)
})
