import { randomUUID } from 'node:crypto'
import { paymentStop } from '@holdfast/payment-stop'
import { testNamespace } from '@holdfast/test-kit/shared-servers'
import { type Receiver, type ReceiverOptions, startReceiver } from '@holdfast/test-kit/webhook-receiver'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildOrder, createDeliveryWorld, type DeliveryWorld, webhookTo } from '../../test/deliveries/world.ts'
import { banks } from '../answers/bank-answers.ts'
import { startDeliveries } from './start-deliveries.ts'

const { HOLDFAST_TEST_KAFKA: brokers, HOLDFAST_TEST_REDIS: redisUrl } = process.env
const orders = 200

/** Rebalancing between owners and a store that loses data, which only real servers have. */
describe.skipIf(!brokers || !redisUrl)('on Kafka and Redis', () => {
  let world: DeliveryWorld
  let receivers: Receiver[]
  let name: string
  beforeEach(async () => {
    // Other tests use the same servers, so each name is unique.
    name = randomUUID()
    world = await createDeliveryWorld({
      HOLDFAST_KAFKA_BROKERS: brokers ?? '',
      HOLDFAST_REDIS_URL: redisUrl ?? '',
      HOLDFAST_NAMESPACE: testNamespace(),
      HOLDFAST_REDIS_PREFIX: `deliveries-${name.slice(0, 8)}`,
      HOLDFAST_KAFKA_SESSION_TIMEOUT_MS: '6000',
    })
    receivers = []
  })
  afterEach(async () => {
    await world.stop()
    await Promise.all(receivers.map(receiver => receiver.stop()))
  })

  async function receiver(behave?: ReceiverOptions['behave']): Promise<Receiver> {
    const started = await startReceiver({ secrets: [world.secret], ...(behave && { behave }) })
    receivers.push(started)
    return started
  }
  const ordersFor = (bic: string) => Array.from({ length: orders }, (_, i) => buildOrder(`${name}-${bic}-${i}`, bic))
  const bank = (bic: string, { url }: Receiver) => ({ name: `Bank ${bic}`, bic, channel: webhookTo(url) })
  const mine = (taker: Receiver, sent: readonly { id: string }[]) => sent.filter(({ id }) => taker.times.has(id))
  const allAt = (taker: Receiver, sent: readonly { id: string }[]) =>
    vi.waitFor(() => expect(mine(taker, sent)).toHaveLength(sent.length), { timeout: 30_000, interval: 50 })

  test('a second owner is assigned some of the partitions and leaves again, and every order arrives', async () => {
    const kamanasa = await receiver()
    world.setDirectory([bank('KMNSTLDL', kamanasa)])
    await world.start()
    const sent = ordersFor('KMNSTLDL')
    await world.send(sent.slice(0, 50))
    const another = await startDeliveries(world.context(), paymentStop, banks)
    await world.send(sent.slice(50, 100))
    await allAt(kamanasa, sent.slice(0, 100))
    await another.stop()
    await world.send(sent.slice(100))
    await allAt(kamanasa, sent)
    // The outcome of an order is published after its bank has responded.
    await vi.waitFor(
      async () => {
        const outcomes = await world.outcomes()
        expect(sent.filter(({ id }) => !outcomes.get(id)?.includes('delivered'))).toEqual([])
      },
      { timeout: 30_000 },
    )
  })

  test('after a restart with an empty Redis, a bank that was down receives its missing orders and no others', async () => {
    let away = true
    const kamanasa = await receiver()
    const other = await receiver(() => (away ? 503 : 200))
    world.setDirectory([bank('KMNSTLDL', kamanasa), bank('EXMPTLDL', other)])
    await world.start()
    const sent = [ordersFor('KMNSTLDL'), ordersFor('EXMPTLDL')] as const
    await world.send(sent.flat())
    await allAt(kamanasa, sent[0])
    await vi.waitFor(
      async () =>
        expect([...(await world.outcomes()).values()].filter(kinds => kinds.includes('delivered')).length).toBeGreaterThanOrEqual(orders),
      {
        timeout: 30_000,
      },
    )
    for (let partition = 0; partition < 4; partition++) await world.drivers.snapshots('deliveries').clear(partition)
    away = false
    await world.restart()
    await vi.waitFor(() => expect(sent[1].filter(({ id }) => other.accepted.some(taken => taken.id === id))).toHaveLength(orders), {
      timeout: 30_000,
      interval: 50,
    })
    expect(sent[0].filter(({ id }) => kamanasa.times.get(id) !== 1)).toEqual([])
  })
})
