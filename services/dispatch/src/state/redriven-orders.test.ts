import { requestRedrive } from '@holdfast/request-state'
import { ordersTopic, topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { onAnswers } from '../answers/on-answer.ts'

// Dispatch sends the orders of a redriven request before it saves that. The snapshot offset does not cover them,
// because it has passed the request since it was parked.

/** The request is parked at the fact that orders the freeze. */
const parkedAt = 1

let request: History
let world: AnswerWorld
beforeEach(async () => {
  world = await openAnswerWorld()
  request = verified(buildRequestNumber(1, { payment: { amount: usd('1000.00') } }))
  await world.writeFacts(request)
  const parking = await world.parking.open(0)
  await parking.park({ requestId: request.requestId, offset: parkedAt, reason: 'TypeError: planted' })
  parking.close()
})
afterEach(() => world.close())

/** Dispatch's store, which can be stopped from saving for a while. */
function holding(store: SnapshotStore) {
  let barrier = Promise.withResolvers<void>()
  barrier.resolve()
  const blocked: SnapshotStore = {
    ...store,
    load: (...args) => store.load(...args),
    async save(...args) {
      await barrier.promise
      return store.save(...args)
    },
  }
  return {
    store: blocked,
    hold: () => {
      barrier = Promise.withResolvers()
    },
    resume: () => barrier.resolve(),
  }
}

const redriven = () => requestRedrive(world.drivers.streams, request.requestId, 'nightshift', '2024-07-23T02:30:00.000Z')

const answered = (orderId: string, sender = 'TL/institution/a.bank', orders = world.deps.orders) =>
  onAnswers(
    { ...world.deps, orders },
    world.signal,
  )([
    {
      topic: topics.answers.name,
      partition: 0,
      offset: 0,
      key: request.requestId,
      value: JSON.stringify({
        specversion: '1.0',
        id: 'an-answer',
        source: '/institutions/tl',
        type: 'holdfast.answer.v1',
        time: '2024-07-23T02:30:00Z',
        data: {
          orderId,
          requestId: request.requestId,
          institution: { bic: 'KMNSTLDL' },
          kind: 'frozen',
          details: { amount: usd('1.00'), basis: 'VOLUNTARY' },
        },
      }),
      headers: { authorization: `Bearer ${sender}` },
      timestampMs: Date.parse('2024-07-23T02:30:01Z'),
    },
  ])

const orderIds = async () => (await world.recordsIn(ordersTopic('TL').name)).map(({ value }) => (JSON.parse(value) as { id: string }).id)

async function orderOfRedrive(): Promise<string> {
  await expect.poll(orderIds, { timeout: 10_000 }).toHaveLength(1)
  const [orderId = ''] = await orderIds()
  return orderId
}

test('an answer to an order of a request that is being redriven waits until the order is saved', async () => {
  const blocked = holding(world.store)
  await world.dispatchAll(blocked.store)
  blocked.hold()
  await redriven()
  const work = answered(await orderOfRedrive(), undefined, world.ordersWithin(10_000))
  setTimeout(blocked.resume, 100)
  await work
  expect(await world.notifications('TL')).toEqual([])
  expect((await world.commands()).map(({ type }) => type)).toEqual(['holdfast.command.v1.ReportFreeze'])
  expect(world.ledgerReads).toEqual([])
})

test('if saving takes long, the orders are read from the ledger', async () => {
  const blocked = holding(world.store)
  await world.dispatchAll(blocked.store)
  blocked.hold()
  await redriven()
  await answered(await orderOfRedrive())
  blocked.resume()
  expect(await world.notifications('TL')).toEqual([])
  expect((await world.commands()).map(({ type }) => type)).toEqual(['holdfast.command.v1.ReportFreeze'])
  expect(world.ledgerReads).toHaveLength(1)
})

test('an answer does not wait for a parked request that no operator redrives', async () => {
  await world.dispatchAll()
  await answered('0b1c2d3e-0000-5000-8000-000000000000')
  expect(await world.commands()).toEqual([])
  expect(await world.notifications('TL')).toMatchObject([{ data: { code: 'ORDER_UNKNOWN' } }])
  expect(world.ledgerReads).toEqual([])
})

test('another country gets the answer of an unknown request, and as fast', async () => {
  const blocked = holding(world.store)
  await world.dispatchAll(blocked.store)
  blocked.hold()
  await redriven()
  await answered(await orderOfRedrive(), 'VU/institution/a.bank')
  blocked.resume()
  expect(await world.notifications('VU')).toMatchObject([{ data: { code: 'ORDER_UNKNOWN' } }])
  expect(world.ledgerReads).toEqual([])
})
