import { join } from 'node:path'
import { createOperatorClient } from '@holdfast/client'
import type { Order } from '@holdfast/payment-stop/language'
import { type DeadLetterSummary, notificationsTopic, ordersTopic, topics } from '@holdfast/schemas'
import { startBank } from '@holdfast/test-kit/bank'
import { type Institution, returnsEverything } from '@holdfast/test-kit/institution'
import { startKafka } from '@holdfast/test-kit/kafka-server'
import { startRedis } from '@holdfast/test-kit/redis-server'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { developmentOperatorToken } from '@holdfast/trust'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { clientsOf, eventsIn, eventually, type Person, reaches, submit } from '../src/engine.ts'
import { createLedgerReader } from '../src/load.ts'
import { type LosingEngine, type Losses, ledgerOf, startLosingCluster, startLosingEmbedded } from '../src/losses.ts'
import { missingServers } from '../src/real-servers.ts'

const requester: Person = ['SG', 'system', 'drill']
/** For the requests before the loss: returned, acknowledged, and ordered without an answer. */
const ofEach = 20

/** Starts engines in sequence, each new and empty. */
interface Backend {
  engine(): Promise<LosingEngine>
  close(): Promise<void>
}

const embedded = async (): Promise<Backend> => ({ engine: startLosingEmbedded, close: async () => undefined })

async function cluster(): Promise<Backend> {
  const kafka = await startKafka()
  const redis = await startRedis()
  return {
    engine: () => startLosingCluster({ brokers: kafka.brokers, redisUrl: redis.url }, redis),
    async close() {
      await redis.stop()
      await kafka.stop()
    },
  }
}

interface Before {
  /** Ids of requests, by what the bank did. */
  readonly returned: readonly string[]
  readonly acknowledged: readonly string[]
  readonly silent: readonly string[]
  /** The orders by request. */
  readonly orders: ReadonlyMap<string, Order>
  /** The records of the ledger by partition. */
  readonly ledger: readonly (readonly unknown[])[]
}

/** Three groups of requests, each as far as its bank takes it. */
async function history(engine: LosingEngine): Promise<Before> {
  const orders = new Map<string, Order>()
  const kindOf = ({ data }: Order) => Math.floor((Number(data.caseReference.slice('SG-'.length)) - 1) / ofEach)
  const plans = [returnsEverything, (order: Order) => returnsEverything(order).slice(0, 1), () => []]
  const bank = await startBank(engine, {
    plan: order => plans[kindOf(order)]?.(order) ?? [],
    onOrder: order => orders.set(order.data.requestId, order),
  })
  const ids: string[] = []
  for (let number = 1; number <= 3 * ofEach; number++)
    ids.push(await submit(engine, requester, buildRequestNumber(number), `drill-${number}`))
  const [returned, acknowledged, silent] = [0, 1, 2].map(kind => ids.slice(kind * ofEach, (kind + 1) * ofEach))
  if (!returned || !acknowledged || !silent) throw new Error('three kinds')
  await statesAre(engine, returned, /^recovered/)
  await statesAre(engine, acknowledged, /^verified\.ordered/)
  await statesAre(engine, silent, /^verified\.ordering/)
  await eventually(async () => (orders.size === ids.length ? true : undefined), 'the bank has all orders')
  await bank.stop()
  return { returned, acknowledged, silent, orders, ledger: await ledgerOf(engine.streams) }
}

async function statesAre(engine: LosingEngine, ids: readonly string[], state: RegExp): Promise<void> {
  let states: ReadonlyMap<string, string> = new Map()
  const look = createLedgerReader(engine)
  await eventually(
    async () => {
      states = (await look()).states
      return ids.every(id => state.test(states.get(id) ?? '')) ? true : undefined
    },
    `all are ${state}`,
    60_000,
  ).catch(error => {
    throw new Error(`${(error as Error).message}: ${[...new Set(ids.map(id => states.get(id) ?? 'unknown'))].join(', ')}`)
  })
}

/** With a token for each command. */
const operatorOf = ({ dataDir, deskUrl }: LosingEngine) =>
  createOperatorClient({ url: deskUrl, token: () => developmentOperatorToken(dataDir, 'drill') })

async function namedOrders(engine: LosingEngine): Promise<DeadLetterSummary[]> {
  const page = await operatorOf(engine).deadLetters({ limit: 100 })
  if (!page.ok) throw new Error(JSON.stringify(page.error))
  return page.value.letters.filter(({ topic }) => topic === ordersTopic('TL').name)
}

async function requestsNamed(engine: LosingEngine): Promise<string[]> {
  const operator = operatorOf(engine)
  const shown = await Promise.all((await namedOrders(engine)).map(({ number }) => operator.deadLetter(number)))
  return shown.map(letter => (letter.ok ? letter.value.letter.data.key : 'refused')).sort()
}

const sent = async (engine: LosingEngine) => ({
  orders: await eventsIn<Order>(engine.streams, ordersTopic('TL')).catch(() => []),
  notifications: await eventsIn<{ subject?: string }>(engine.streams, notificationsTopic('SG')).catch(() => []),
})

/** A request after the loss reaches its end: then all earlier records of its partition have been processed. */
async function goesOn(engine: LosingEngine, number: number): Promise<string> {
  const id = await submit(engine, requester, buildRequestNumber(number), `drill-${number}`)
  await reaches(engine, id, 'verified')
  await eventually(
    async () => ((await sent(engine)).orders.some(({ data }) => data.requestId === id) ? true : undefined),
    'the order of the new request is sent',
  )
  return id
}

/** Sends new requests until each partition has one, so that each is known to be processed. */
async function allGoOn(engine: LosingEngine): Promise<string[]> {
  const ids: string[] = []
  const partitions = new Set<number>()
  const count = await engine.streams.partitionCount(topics.ledger.name)
  while (partitions.size < count) {
    const id = await goesOn(engine, 1001 + ids.length)
    ids.push(id)
    partitions.add(await engine.streams.partitionOf(topics.ledger.name, id))
  }
  return ids
}

const backends = [
  { name: 'embedded', skipped: false, open: embedded },
  { name: 'on Kafka and Redis', skipped: missingServers(), open: cluster },
]

// Both backends in parallel, their drills in sequence: processes of the cluster start while the embedded engine works.
const inTurn = { concurrent: false } as const

describe.concurrent.each(backends.filter(({ skipped }) => !skipped))('an engine, $name, with sixty requests', ({ name, open }) => {
  let backend: Backend
  let engine: LosingEngine | undefined
  let bank: Institution | undefined
  beforeAll(async () => {
    backend = await open()
  })
  afterAll(() => backend?.close())
  afterEach(async () => {
    await bank?.stop()
    bank = undefined
    await engine?.stop()
    engine = undefined
  })

  const file = () => join(engine?.dataDir ?? '', 'ledger.jsonl')

  async function loses(
    what: string,
    loss: (losses: Losses, before: Before) => Promise<void>,
    meanwhile: (started: LosingEngine) => Promise<void> = async () => undefined,
  ) {
    const started = await backend.engine()
    engine = started
    const before = await history(started)
    await meanwhile(started)
    const readyMs = await started.lose(losses => loss(losses, before))
    console.log(`${name}, ${what}: ready after ${(readyMs / 1000).toFixed(1)} s`)
    return { engine: started, before }
  }

  /** Closes every open request; the unanswered ones by orders that an operator redrives. */
  async function allRecover(engine: LosingEngine, { acknowledged, silent, orders }: Before, added: readonly string[]): Promise<void> {
    bank = await startBank(engine)
    for (const id of acknowledged) {
      const order = orders.get(id) as Order
      for (const answer of returnsEverything(order).slice(1)) await bank.answer(order, answer)
    }
    const operator = operatorOf(engine)
    for (const { number } of await namedOrders(engine)) expect((await operator.redrive(number, { preview: false })).ok).toBe(true)
    await statesAre(engine, [...acknowledged, ...silent, ...added], /^recovered/)
    for (const id of silent) expect(bank.received.get((orders.get(id) as Order).id), `the order of ${id}`).toBe(1)
  }

  test('after losing everything but the ledger, repeats no message, reports unanswered orders, and continues', inTurn, async () => {
    const { engine, before } = await loses('everything but the ledger lost', losses => losses.everythingButTheLedger())
    const added = await allGoOn(engine)
    const { orders, notifications } = await sent(engine)
    expect(orders.filter(({ data }) => !added.includes(data.requestId)).map(({ data }) => data.requestId)).toEqual([])
    expect(notifications.filter(({ subject }) => !added.includes(subject ?? ''))).toEqual([])
    expect(await requestsNamed(engine)).toEqual([...before.silent].sort())
    await allRecover(engine, before, added)
  })

  test(
    'after losing everything but keys and a backup, repeats no message, and reopens later requests under their ids',
    inTurn,
    async () => {
      let later: string[] = []
      let laterOrders: string[] = []
      const { engine, before } = await loses(
        'everything but a copy of the ledger lost',
        async losses => losses.everythingButABackup(file()),
        async started => {
          expect(await started.backup(file())).toContain(`of ${3 * ofEach} requests`)
          later = await allGoOn(started)
          laterOrders = (await sent(started)).orders.filter(({ data }) => later.includes(data.requestId)).map(({ id }) => id)
        },
      )
      const { desk } = clientsOf(engine, ['SG', 'officer'])
      for (const id of later) expect((await desk.show(id)).ok, 'a request after the backup does not exist').toBe(false)
      // Members repeat unanswered requests with the same keys.
      expect(await allGoOn(engine)).toEqual(later)
      const { orders, notifications } = await sent(engine)
      expect(orders.map(({ id }) => id).sort()).toEqual(laterOrders.sort())
      expect(notifications.filter(({ subject }) => !later.includes(subject ?? ''))).toEqual([])
      expect(await requestsNamed(engine)).toEqual([...before.silent].sort())
      await allRecover(engine, before, later)
    },
  )

  test(
    'after losing offsets, stores and outbound messages, repeats no message, because the dispatch record lasts longer',
    inTurn,
    async () => {
      const { engine, before } = await loses('positions, stores and orders lost', losses => losses.positionsStoresAndOrders())
      const added = await allGoOn(engine)
      const { orders, notifications } = await sent(engine)
      expect(orders.map(({ data }) => data.requestId).sort()).toEqual([...added].sort())
      expect(notifications.filter(({ subject }) => !added.includes(subject ?? ''))).toEqual([])
      expect(await requestsNamed(engine)).toEqual([])
      bank = await startBank(engine)
      for (const id of [...before.acknowledged, ...before.silent]) {
        const order = before.orders.get(id) as Order
        for (const answer of returnsEverything(order)) await bank.answer(order, answer)
      }
      await statesAre(engine, [...before.acknowledged, ...before.silent, ...added], /^recovered/)
    },
  )

  test('after log truncation, repeats no message and sends new ones', inTurn, async () => {
    /** For each partition the records that the drill leaves: all but the last tenth. */
    const kept: number[] = []
    const { engine } = await loses('the end of the ledger lost', async (losses, { ledger }) => {
      kept.push(...ledger.map(records => records.length - Math.ceil(records.length / 10)))
      await losses.endOfTheLedger(partition => kept[partition] ?? 0)
    })
    const sentBefore = (await sent(engine)).orders.map(({ id }) => id)
    const added = await allGoOn(engine)
    const { orders } = await sent(engine)
    expect(new Set(orders.map(({ id }) => id)).size, 'no order is stored twice').toBe(orders.length)
    const after = orders.slice(sentBefore.length)
    expect(after.map(({ data }) => data.requestId).sort()).toEqual([...added].sort())
  })
})
