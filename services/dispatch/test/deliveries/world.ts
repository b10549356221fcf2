import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { paymentStop } from '@holdfast/payment-stop'
import { type Delivery, type Order, vaspOf } from '@holdfast/payment-stop/language'
import { type Clock, createCountryTopics, type Drivers, silentLogger, systemClock, watchLogTime } from '@holdfast/runtime'
import { deterministicId, ordersTopic, orderType, topics } from '@holdfast/schemas'
import type { Settings } from '@holdfast/test-kit/engine'
import { openDrivers } from '@holdfast/test-kit/open-drivers'
import { buildRequest } from '@holdfast/test-kit/requests'
import { banks } from '../../src/answers/bank-answers.ts'
import { type Deliveries, type DeliveryOptions, startDeliveries } from '../../src/deliveries/start-deliveries.ts'
import { sendOutbound } from '../../src/partition/send-outbound.ts'

/** Deliveries in a temporary folder, on the embedded backends unless the settings name others. */
export interface DeliveryWorld {
  readonly folder: string
  readonly secret: string
  readonly drivers: Drivers
  readonly deliveries: Deliveries
  /** Replaces the directory, as an operator does. `entries` are of Timor-Leste. */
  setDirectory(entries: readonly object[]): void
  start(options?: DeliveryOptions): Promise<void>
  /** For a second instance of deliveries next to these. */
  context(): Parameters<typeof startDeliveries>[0]
  /** Stops, and starts again with stored data only. */
  restart(options?: DeliveryOptions): Promise<void>
  /** Publishes orders as dispatch does. */
  send(orders: readonly Order[]): Promise<void>
  records<T>(topic: string): Promise<T[]>
  /** The outcomes of each order in the topic, as `kind`s. */
  outcomes(): Promise<Map<string, string[]>>
  stop(): Promise<void>
}

export const webhookTo = (url: string, format = 'json') => ({ kind: 'webhook', url, keyIds: ['a-key'], format })

export async function createDeliveryWorld(over: Settings = {}, clock: Clock = systemClock): Promise<DeliveryWorld> {
  const secret = `whsec_${Buffer.alloc(24, 7).toString('base64')}`
  const opened = await openDrivers('dispatch', {
    clock,
    env: folder => ({ HOLDFAST_DIRECTORY: join(folder, 'directory.json'), HOLDFAST_WEBHOOKS_PRIVATE: 'allow', ...over }),
    prepare(folder) {
      mkdirSync(join(folder, 'webhook-secrets'))
      writeFileSync(join(folder, 'webhook-secrets/a-key'), secret)
    },
  })
  const { folder } = opened
  const watch = () =>
    watchLogTime({ streams: opened.drivers.streams, clock, readiness: { note: () => undefined }, log: silentLogger, ifClockIsRight: '' })
  let logTime = watch()
  let deliveries: Deliveries | undefined

  async function recordsOf<T>(topic: string): Promise<T[]> {
    const { streams } = opened.drivers
    const all: T[] = []
    for (let partition = 0; partition < (await streams.partitionCount(topic)); partition++) {
      const end = await streams.endOffset(topic, partition)
      for await (const records of streams.read(topic, partition, 0, end)) for (const { value } of records) all.push(JSON.parse(value))
    }
    return all
  }

  const world: DeliveryWorld = {
    folder,
    secret,
    get drivers() {
      return opened.drivers
    },
    get deliveries() {
      if (!deliveries) throw new Error('not started')
      return deliveries
    },
    setDirectory(entries) {
      const draft = join(folder, 'directory.json.new')
      writeFileSync(draft, JSON.stringify({ countries: { TL: entries } }))
      renameSync(draft, join(folder, 'directory.json'))
    },
    async start(options) {
      await opened.drivers.streams.ensureTopics([...Object.values(topics), ordersTopic('TL')])
      deliveries = await startDeliveries(world.context(), paymentStop, banks, options)
    },
    context: () => ({ ...opened.drivers, clock, logTime, log: silentLogger, config: opened.config }),
    async restart(options) {
      await deliveries?.stop()
      logTime.stop()
      await opened.reopen()
      logTime = watch()
      await world.start(options)
    },
    send: orders =>
      sendOutbound(
        {
          workflow: paymentStop,
          streams: opened.drivers.streams,
          countryTopics: createCountryTopics(opened.drivers.streams),
          planDelivery: started(deliveries).plan,
        },
        orders.map(order => ({
          topic: ordersTopic('TL'),
          id: order.id,
          key: order.data.requestId,
          value: JSON.stringify(order),
          order,
          vasp: vaspOf(order.data),
        })),
      ),
    records: recordsOf,
    async outcomes() {
      const outcomes = new Map<string, string[]>()
      for (const { data } of await recordsOf<Delivery>(topics.deliveries.name))
        outcomes.set(data.orderId, [...(outcomes.get(data.orderId) ?? []), data.kind])
      return outcomes
    },
    async stop() {
      await deliveries?.stop()
      logTime.stop()
      await opened.close()
    },
  }
  return world
}

function started<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not started')
  return value
}

/** Returns the order with this name, for a bank. Its request is its own unless `over` names one. */
export function buildOrder(name: string, bic = 'KMNSTLDL', over: Partial<Order['data']> = {}): Order {
  const orderId = deterministicId('a test order', name)
  const requestId = over.requestId ?? deterministicId('a test request', name)
  const { payment, offence, handling, caseReference } = buildRequest()
  return {
    specversion: '1.0',
    id: orderId,
    source: '/holdfast/dispatch',
    type: orderType,
    subject: requestId,
    time: '2024-07-23T02:25:00.000Z',
    datacontenttype: 'application/json',
    causationid: deterministicId('a test fact', name),
    data: {
      orderId,
      requestId,
      kind: 'freeze',
      country: 'TL',
      requestingCountry: 'SG',
      caseReference,
      institution: { bic },
      amount: payment.amount,
      reason: 'Verified request to stop a payment',
      legalBasis: offence.legalBasis,
      confidentiality: handling.confidentiality,
      discloseToHolder: handling.discloseToHolder,
      payment,
      ...over,
    },
  }
}
