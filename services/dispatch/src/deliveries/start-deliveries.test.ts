import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { parseMessage } from '@holdfast/payment-stop/iso20022'
import { commandSchema, type Delivery, type Order } from '@holdfast/payment-stop/language'
import { configSchemaWithPort } from '@holdfast/runtime'
import { type DispatchedOrder, ordersTopic, parseWith, plannedDelivery, topics } from '@holdfast/schemas'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { type Receiver, type ReceiverOptions, startReceiver } from '@holdfast/test-kit/webhook-receiver'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { buildOrder, createDeliveryWorld, type DeliveryWorld, webhookTo } from '../../test/deliveries/world.ts'
import { banks } from '../answers/bank-answers.ts'
import { checkDirectory, startDeliveries } from './start-deliveries.ts'

let world: DeliveryWorld
let receivers: Receiver[]
beforeEach(async () => {
  world = await createDeliveryWorld()
  receivers = []
})
afterEach(async () => {
  await world.stop()
  await Promise.all(receivers.map(receiver => receiver.stop()))
})

async function receiver(behave?: ReceiverOptions['behave'], now?: () => Date): Promise<Receiver> {
  const started = await startReceiver({ secrets: [world.secret], ...(behave && { behave }), ...(now && { now }) })
  receivers.push(started)
  return started
}
const bank = (channel: object, bic = 'KMNSTLDL') => ({ name: `Bank ${bic}`, bic, channel })
const until = (check: () => void | Promise<void>) => vi.waitFor(check, { timeout: 10_000, interval: 10 })
const allSettled = (count: number) =>
  until(async () => {
    const outcomes = [...(await world.outcomes()).values()]
    expect(outcomes.filter(kinds => kinds.some(kind => kind !== 'planned'))).toHaveLength(count)
  })

describe('an order is published to its topic, and', () => {
  test('sent to the bank’s webhook in the directory, signed and identical to the record in the topic', async () => {
    const kamanasa = await receiver()
    world.setDirectory([bank(webhookTo(kamanasa.url))])
    await world.start()
    const order = buildOrder('one')
    await world.send([order])
    await allSettled(1)
    expect(await world.records(ordersTopic('TL').name)).toEqual([order])
    expect(kamanasa.accepted).toMatchObject([
      { id: order.id, contentType: 'application/cloudevents+json; charset=utf-8', body: JSON.stringify(order) },
    ])
    const [planned, delivered] = await world.records<Delivery>(topics.deliveries.name)
    expect(planned?.data).toMatchObject({ kind: 'planned', orderId: order.id, order })
    expect(delivered?.data).toMatchObject({ kind: 'delivered', recipient: 'Bank KMNSTLDL', attempts: 1, channel: 'webhook' })
  })

  test('sent as an ISO 20022 message if the bank wants that and there is one', async () => {
    const kamanasa = await receiver()
    world.setDirectory([
      bank(webhookTo(kamanasa.url, 'iso20022')),
      { name: 'Financial investigation unit', ncb: true, channel: { kind: 'topic' } },
    ])
    await world.start()
    const freeze = buildOrder('freeze')
    const release = buildOrder('release', 'KMNSTLDL', { kind: 'release', requestId: freeze.data.requestId })
    await world.send([freeze, release])
    await allSettled(2)
    const [first, second] = kamanasa.accepted
    expect([first?.contentType, second?.contentType]).toEqual([
      'application/xml; charset=utf-8',
      'application/cloudevents+json; charset=utf-8',
    ])
    const message = parseMessage(first?.body ?? '')
    expect(message).toMatchObject({
      ok: true,
      value: {
        name: 'camt.056.001.08',
        body: { assignment: { assigner: { party: { name: 'Financial investigation unit' } }, assignee: { agent: { bic: 'KMNSTLDL' } } } },
      },
    })
    expect(JSON.parse(second?.body ?? '')).toEqual(release)
  })

  test('written to the folder of a bank that collects files', async () => {
    const folder = join(world.folder, 'orders')
    mkdirSync(folder)
    world.setDirectory([bank({ kind: 'file', folder })])
    await world.start()
    const order = buildOrder('one')
    await world.send([order])
    await allSettled(1)
    expect(JSON.parse(readFileSync(join(folder, `${order.id}.json`), 'utf8'))).toEqual(order)
  })

  test('sent to the VASP that has the wallet, whatever the bank, and contains the wallet', async () => {
    const [kamanasa, exchange] = [await receiver(), await receiver()]
    world.setDirectory([
      bank(webhookTo(kamanasa.url)),
      { name: 'Example Exchange', vasp: ['Example Exchange Ltd'], channel: webhookTo(exchange.url, 'iso20022') },
    ])
    await world.start()
    const wallet = { chain: 'TRON', address: 'TExampleWalletOfNobody00000000000', txHash: 'a'.repeat(64), vasp: 'example exchange LTD' }
    const payment = { ...buildOrder('one').data.payment, rail: 'CRYPTO' as const, wallet }
    const [crypto, other] = [buildOrder('one', 'KMNSTLDL', { payment }), buildOrder('two', 'KMNSTLDL')]
    await world.send([crypto, other])
    await allSettled(2)
    expect(exchange.accepted.map(({ body }) => JSON.parse(body))).toEqual([crypto])
    expect(kamanasa.accepted.map(({ id }) => id)).toEqual([other.id])
  })

  test('not sent if the bank reads the topic', async () => {
    const kamanasa = await receiver()
    world.setDirectory([bank({ kind: 'topic' }), bank(webhookTo(kamanasa.url), 'EXMPTLDL')])
    await world.start()
    await world.send([buildOrder('one'), buildOrder('two', 'NBDYTLDL'), buildOrder('three', 'EXMPTLDL')])
    await allSettled(1)
    expect([(await world.outcomes()).size, kamanasa.accepted.length]).toEqual([1, 1])
    expect(await world.records(ordersTopic('TL').name)).toHaveLength(3)
  })
})

describe('a bank', () => {
  test('whose response was lost receives the order again and recognises it by its id', async () => {
    const kamanasa = await receiver((_id, nth) => (nth === 1 ? 'loses the answer' : 200))
    world.setDirectory([bank(webhookTo(kamanasa.url))])
    await world.start({ random: () => 0.01 })
    await world.send([buildOrder('one')])
    await allSettled(1)
    expect([[...kamanasa.times.values()], kamanasa.accepted.length]).toEqual([[2], 1])
  })

  test('receives an order that was planned twice only once', async () => {
    const kamanasa = await receiver()
    world.setDirectory([bank(webhookTo(kamanasa.url))])
    await world.start()
    for (const name of ['one', 'two', 'one', 'three']) await world.send([buildOrder(name)])
    await allSettled(3)
    expect([...kamanasa.times.values()]).toEqual([1, 1, 1])
  })

  test('that was down is replaced as soon as the directory names another', async () => {
    const kamanasa = await receiver()
    world.setDirectory([bank(webhookTo('http://127.0.0.1:9/'))])
    await world.start()
    await world.send([buildOrder('one'), buildOrder('two')])
    await until(async () => expect((await world.outcomes()).size).toBe(2))
    world.setDirectory([bank(webhookTo(kamanasa.url))])
    await allSettled(2)
    expect(kamanasa.accepted).toHaveLength(2)
  })
})

describe('after a restart', () => {
  test('undelivered orders are sent, and delivered ones are not sent again', async () => {
    const away = await receiver(() => 503)
    const kamanasa = await receiver()
    world.setDirectory([bank(webhookTo(kamanasa.url)), bank(webhookTo(away.url), 'EXMPTLDL')])
    await world.start()
    await world.send([buildOrder('one'), buildOrder('two', 'EXMPTLDL'), buildOrder('three')])
    await allSettled(2)
    const back = await receiver()
    world.setDirectory([bank(webhookTo(kamanasa.url)), bank(webhookTo(back.url), 'EXMPTLDL')])
    await world.restart()
    await allSettled(3)
    expect([...kamanasa.times.values(), ...back.times.values()]).toEqual([1, 1, 1])
    expect(back.accepted[0]?.body).toBe(JSON.stringify(buildOrder('two', 'EXMPTLDL')))
  })

  test('no order is lost or duplicated if the store has lost the committed offset', async () => {
    const away = await receiver(() => 503)
    const kamanasa = await receiver()
    world.setDirectory([bank(webhookTo(kamanasa.url)), bank(webhookTo(away.url), 'EXMPTLDL')])
    await world.start()
    await world.send([buildOrder('one'), buildOrder('two', 'EXMPTLDL'), buildOrder('three')])
    await allSettled(2)
    await world.drivers.snapshots('deliveries').clear(0)
    await world.restart()
    await until(() => expect(away.times.size).toBe(1))
    await world.send([buildOrder('four')])
    await allSettled(3)
    expect([...kamanasa.times.values()]).toEqual([1, 1, 1])
  })

  test('only records that were not settled are read again', async () => {
    const kamanasa = await receiver()
    world.setDirectory([bank(webhookTo(kamanasa.url)), bank(webhookTo('http://127.0.0.1:9/'), 'EXMPTLDL')])
    await world.start()
    await world.send([buildOrder('one'), buildOrder('two')])
    await allSettled(2)
    const snapshotOffset = async () => (await world.drivers.snapshots('deliveries').load(0, [])).snapshotOffset
    // Two planned, two delivered.
    await until(async () => expect(await snapshotOffset()).toBe(4))
    await world.send([buildOrder('three', 'EXMPTLDL'), buildOrder('four')])
    await allSettled(3)
    await world.send([buildOrder('five')])
    await allSettled(4)
    expect(await snapshotOffset()).toBe(4)
  })

  test('after log truncation, each new order is delivered, also if the topic is longer than before', async () => {
    const log = createMemoryLog({ partitions: 1, nowMs: Date.now })
    const streams = createMemoryStreams({ log })
    await streams.ensureTopics([topics.deliveries])
    const { name } = topics.deliveries
    const plan = (orders: readonly Order[]) =>
      streams.append(
        name,
        0,
        orders.map(order => ({ key: order.data.requestId, value: JSON.stringify(plannedDelivery(order, undefined, new Date())) })),
      )
    const kamanasa = await receiver()
    world.setDirectory([bank(webhookTo(kamanasa.url))])
    const before = await startDeliveries({ ...world.context(), streams }, paymentStop, banks)
    await plan(['one', 'two', 'three', 'four'].map(each => buildOrder(each)))
    await until(async () => expect((await world.drivers.snapshots('deliveries').load(0, [])).snapshotOffset).toBe(8))
    await before.stop()
    log.cutTail(name, 0, 2)
    const fresh = Array.from({ length: 10 }, (_, n) => buildOrder(`fresh ${n}`))
    await plan(fresh)
    const after = await startDeliveries({ ...world.context(), streams }, paymentStop, banks)
    await until(() => expect(kamanasa.accepted.map(({ id }) => id)).toEqual(expect.arrayContaining(fresh.map(({ id }) => id))))
    await after.stop()
  })
})

describe('a bank whose webhook secret is missing', () => {
  const missing = (url: string) => ({ ...webhookTo(url), keyIds: ['lost'] })

  test('delays no other bank, is reported to operators, and receives its orders once the secret is restored', async () => {
    const [kamanasa, other] = [await receiver(), await receiver()]
    world.setDirectory([bank(missing(kamanasa.url)), bank(webhookTo(other.url), 'EXMPTLDL')])
    await world.start()
    expect(world.deliveries.circuits()).toMatchObject([
      {
        recipient: 'Bank KMNSTLDL',
        state: 'open',
        waiting: 0,
        lastFailure: { why: expect.stringContaining('the secret lost can not be read') },
      },
    ])
    await world.send([buildOrder('one'), buildOrder('two', 'EXMPTLDL')])
    await allSettled(1)
    expect([kamanasa.accepted.length, other.accepted.length]).toEqual([0, 1])
    expect(world.deliveries.circuits()).toMatchObject([{ recipient: 'Bank KMNSTLDL', waiting: 1 }])
    writeFileSync(join(world.folder, 'webhook-secrets/lost'), world.secret)
    await allSettled(2)
    expect(kamanasa.accepted).toHaveLength(1)
    // The circuit closes after the outcome was recorded.
    await until(() => expect(world.deliveries.circuits()).toEqual([]))
  })

  test('does not prevent the engine from starting', () => {
    world.setDirectory([bank(missing('https://orders.bank.example/'))])
    expect(() => checkDirectory(world.context().config)).not.toThrow()
  })

  test('has its orders reported as undelivered when they expire', async () => {
    await world.stop()
    world = await createDeliveryWorld({ HOLDFAST_DELIVERY_WITHIN_MS: '1000' })
    world.setDirectory([bank(missing('http://127.0.0.1:9/'))])
    await world.start()
    await world.send([buildOrder('one')])
    await allSettled(1)
    expect(await world.records(topics.commands.name)).toMatchObject([
      { type: 'holdfast.command.v1.ReportUndelivered', data: { recipient: 'Bank KMNSTLDL' } },
    ])
  })
})

describe('a clock that is days ahead', () => {
  const dayMs = 86_400_000
  let aheadMs: number
  // Banks reject a webhook whose signature is of another time than theirs.
  const now = () => new Date(Date.now() + aheadMs)
  beforeEach(async () => {
    aheadMs = 0
    await world.stop()
    world = await createDeliveryWorld({}, { now, steadyMs: () => performance.now() })
  })

  test('escalates no order that was never tried', async () => {
    let hangs = true
    const kamanasa = await receiver(() => (hangs ? 'never answers' : 200), now)
    world.setDirectory([bank(webhookTo(kamanasa.url))])
    await world.start()
    const sent = Array.from({ length: 117 }, (_, nth) => buildOrder(`order ${nth}`))
    await world.send(sent)
    await until(() => expect(kamanasa.times.size).toBe(4))
    hangs = false
    aheadMs = 3 * dayMs
    await world.restart()
    await allSettled(117)
    expect(new Set([...(await world.outcomes()).values()].map(String))).toEqual(new Set(['planned,delivered']))
  })

  test('delays no order for as long when it is set back', async () => {
    let isAway = true
    const kamanasa = await receiver(() => (isAway ? 503 : 200), now)
    world.setDirectory([bank(webhookTo(kamanasa.url))])
    aheadMs = 3 * dayMs
    await world.start({ random: () => 0.01 })
    await world.send([buildOrder('one')])
    await until(() => expect(kamanasa.times.size).toBe(1))
    isAway = false
    aheadMs = 0
    await allSettled(1)
  })
})

describe('an undeliverable order', () => {
  test('is escalated when it expires, and the desk receives the report before the outcome is stored', async () => {
    const escalated: [DispatchedOrder, string][] = []
    await world.stop()
    world = await createDeliveryWorld({ HOLDFAST_DELIVERY_WITHIN_MS: '1000' })
    world.setDirectory([bank(webhookTo('http://127.0.0.1:9/'))])
    await world.start({
      async escalate(order, { why }) {
        escalated.push([order, why])
        expect((await world.outcomes()).get(order.id)).toEqual(['planned'])
      },
    })
    const order = buildOrder('one')
    await world.send([order])
    await allSettled(1)
    expect(escalated).toEqual([[order, expect.stringMatching(/^its time is over$|ECONNREFUSED/)]])
    expect((await world.outcomes()).get(order.id)).toEqual(['planned', 'escalated'])
  })

  test('becomes a report, from which the ledger makes a fact of the request', async () => {
    world.setDirectory([bank(webhookTo((await receiver(() => 410)).url))])
    await world.start()
    const order = buildOrder('one')
    await world.send([order])
    await allSettled(1)
    const [command, ...others] = await world.records(topics.commands.name)
    expect(parseWith(commandSchema, command)).toMatchObject({
      ok: true,
      value: {
        type: 'holdfast.command.v1.ReportUndelivered',
        subject: order.subject,
        actor: 'holdfast/dispatch/deliveries',
        data: { orderId: order.id, order: 'freeze', recipient: 'Bank KMNSTLDL', attempts: 1, why: 'the endpoint answers 410' },
      },
    })
    expect(others).toEqual([])
  })

  test('is reported until a report succeeds', async () => {
    let failures = 2
    world.setDirectory([bank(webhookTo((await receiver(() => 410)).url))])
    await world.start({
      random: () => 0.01,
      async escalate() {
        if (failures-- > 0) throw new Error('Kafka is unreachable')
      },
    })
    await world.send([buildOrder('one')])
    await allSettled(1)
    expect(failures).toBe(-1)
  })
})

test('without a directory, no order has a delivery plan', async () => {
  const config = configSchemaWithPort(0).parse({ HOLDFAST_MEMBERS: 'members.json' })
  const deliveries = await startDeliveries({ ...world.context(), config }, paymentStop, banks)
  expect(deliveries.plan(buildOrder('one'))).toBeUndefined()
  await deliveries.stop()
})

test('an engine with development keys uses the directory next to them, whenever it appears, and may call local addresses', async () => {
  await world.stop()
  world = await createDeliveryWorld({ HOLDFAST_DIRECTORY: undefined, HOLDFAST_WEBHOOKS_PRIVATE: undefined })
  await world.start()
  const simulated = await receiver()
  await world.send([buildOrder('before there is a bank')])
  world.setDirectory([bank(webhookTo(simulated.url))])
  await until(() => expect(world.deliveries.directory().size).toBe(1))
  await world.send([buildOrder('one')])
  await allSettled(1)
  expect(simulated.accepted).toHaveLength(1)
})
