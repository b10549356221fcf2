import { askRedrive } from '@holdfast/folds'
import { ordersTopic, topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import { buildRequestNumber } from '@holdfast/test-kit/requests'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type AnswerWorld, openAnswerWorld } from '../../test/answer-world.ts'
import { type History, usd, verified } from '../../test/history.ts'
import { onAnswers } from '../answers/on-answer.ts'

// Dispatch sends the orders of a request that is redriven before it saves that it did, and the position of its store says nothing of them: it is past them since the request was parked.

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

/** As dispatch's own, and saves nothing from when it is held until it is let go. */
function holding(store: SnapshotStore) {
  let gate = Promise.withResolvers<void>()
  gate.resolve()
  const held: SnapshotStore = {
    ...store,
    load: (...args) => store.load(...args),
    async save(...args) {
      await gate.promise
      return store.save(...args)
    },
  }
  return {
    store: held,
    hold: () => {
      gate = Promise.withResolvers()
    },
    letGo: () => gate.resolve(),
  }
}

const redriven = () => askRedrive(world.drivers.streams, request.requestId, 'nightshift', '2024-07-23T02:30:00.000Z')

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

test('the answer to an order whose request is being redriven waits until it is saved, and is given', async () => {
  const gated = holding(world.store)
  await world.dispatchAll(gated.store)
  gated.hold()
  await redriven()
  const work = answered(await orderOfRedrive(), undefined, world.ordersWithin(10_000))
  setTimeout(gated.letGo, 100)
  await work
  expect(await world.notices('TL')).toEqual([])
  expect((await world.commands()).map(({ type }) => type)).toEqual(['holdfast.command.v1.ReportFreeze'])
  expect(world.ledgerReads).toEqual([])
})

test('where that is not saved for long, the ledger says what was ordered', async () => {
  const gated = holding(world.store)
  await world.dispatchAll(gated.store)
  gated.hold()
  await redriven()
  await answered(await orderOfRedrive())
  gated.letGo()
  expect(await world.notices('TL')).toEqual([])
  expect((await world.commands()).map(({ type }) => type)).toEqual(['holdfast.command.v1.ReportFreeze'])
  expect(world.ledgerReads).toHaveLength(1)
})

test('an order that a parked request never made is not waited for while nobody redrives it', async () => {
  await world.dispatchAll()
  await answered('0b1c2d3e-0000-5000-8000-000000000000')
  expect(await world.commands()).toEqual([])
  expect(await world.notices('TL')).toMatchObject([{ data: { code: 'ORDER_UNKNOWN' } }])
  expect(world.ledgerReads).toEqual([])
})

test('another country that asks after it meanwhile is answered as if there were no such request, and as soon', async () => {
  const gated = holding(world.store)
  await world.dispatchAll(gated.store)
  gated.hold()
  await redriven()
  await answered(await orderOfRedrive(), 'VU/institution/a.bank')
  gated.letGo()
  expect(await world.notices('VU')).toMatchObject([{ data: { code: 'ORDER_UNKNOWN' } }])
  expect(world.ledgerReads).toEqual([])
})
