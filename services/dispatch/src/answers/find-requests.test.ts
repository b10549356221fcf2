import { createCountryTopics } from '@holdfast/runtime'
import { deterministicId, ordersTopic } from '@holdfast/schemas'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { beforeEach, describe, expect, test } from 'vitest'
import { createRequestFinder, type RequestFinder } from './find-requests.ts'

const topic = ordersTopic('TL')

describe('a request that a bank names by a part of its id', () => {
  let log: ReturnType<typeof createMemoryLog>
  let streams: ReturnType<typeof createMemoryStreams>
  let finder: RequestFinder
  let ordered = 0
  beforeEach(async () => {
    log = createMemoryLog({ partitions: 1, nowMs: Date.now })
    streams = createMemoryStreams({ log })
    await streams.ensureTopics([topic])
    finder = createRequestFinder(streams, createCountryTopics(streams))
  })

  /** Orders for this many requests, each with its id. */
  async function order(count: number): Promise<{ requestId: string; orderId: string }[]> {
    const orders = Array.from({ length: count }, () => ({
      requestId: deterministicId('a request', ++ordered),
      orderId: deterministicId('an order', ordered),
    }))
    await streams.append(
      topic.name,
      0,
      orders.map(({ requestId, orderId }) => ({ key: requestId, value: JSON.stringify({ id: orderId }) })),
    )
    return orders
  }
  const byStart = async (orders: readonly { requestId: string }[]) =>
    finder.find(
      'TL',
      orders.map(({ requestId }) => ({ requestIdStart: requestId.slice(0, 18) })),
    )
  const byOrder = async (orders: readonly { orderId: string }[]) =>
    finder.find(
      'TL',
      orders.map(({ orderId }) => ({ orderId })),
    )
  const idsOf = (orders: readonly { requestId: string }[]) => orders.map(({ requestId }) => requestId)

  test('is found by all orders in the topic, including the latest', async () => {
    const first = await order(10)
    expect(await byStart(first)).toEqual(idsOf(first))
    const second = await order(5)
    expect(await byStart([...first, ...second])).toEqual(idsOf([...first, ...second]))
    expect(await byOrder([...first, ...second])).toEqual(idsOf([...first, ...second]))
  })

  test('is found by the newest orders only, because memory is limited', async () => {
    const small = createRequestFinder(streams, createCountryTopics(streams), 5)
    const find = (orders: readonly { orderId: string }[]) =>
      small.find(
        'TL',
        orders.map(({ orderId }) => ({ orderId })),
      )
    const first = await order(5)
    expect(await find(first)).toEqual(idsOf(first))
    const [newest = { requestId: '', orderId: '' }] = await order(1)
    expect(await find([...first, newest])).toEqual([undefined, ...idsOf(first.slice(1)), newest.requestId])
  })

  test.each([
    ['is shorter than before', 6],
    ['is as long as before', 10],
    ['is longer than before', 16],
  ])('is found by the new orders after log truncation, if the topic %s', async (_how, fresh) => {
    const remaining = await order(90)
    const lost = await order(10)
    expect(await byStart([...remaining, ...lost])).toEqual(idsOf([...remaining, ...lost]))
    log.cutTail(topic.name, 0, 90)
    const all = [...remaining, ...(await order(fresh))]
    expect(await byStart(all)).toEqual(idsOf(all))
    expect(await byOrder(all)).toEqual(idsOf(all))
    expect(await byOrder(lost)).toEqual(lost.map(() => undefined))
  })
})
