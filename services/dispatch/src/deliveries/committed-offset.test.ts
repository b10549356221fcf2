import { silentLogger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import { fingerprintsAfterBatch, type LogFingerprints } from '@holdfast/streams'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDeliveryWorld, type DeliveryWorld } from '../../test/deliveries/world.ts'
import { openCommittedOffset } from './committed-offset.ts'

const topic = topics.deliveries.name

let world: DeliveryWorld
let store: SnapshotStore
let isAway: boolean
beforeEach(async () => {
  world = await createDeliveryWorld()
  const { streams, snapshots } = world.drivers
  await streams.ensureTopics([topics.deliveries])
  await streams.publish(
    topic,
    Array.from({ length: 10 }, () => ({ key: 'a', value: '{}' })),
  )
  const real = snapshots('deliveries')
  isAway = false
  const unlessAway = async <T>(work: () => Promise<T>): Promise<T> => (isAway ? Promise.reject(new Error('Redis is away')) : work())
  store = {
    ...real,
    load: (...given) => unlessAway(() => real.load(...given)),
    save: (...given) => unlessAway(() => real.save(...given)),
  }
})
afterEach(() => world.stop())

const open = () => openCommittedOffset(world.drivers.streams, store, topic, 0, silentLogger)
const stored = async () => (await world.drivers.snapshots('deliveries').load(0, [])).checkpoint

describe('deliveries are folded', () => {
  test('from the beginning of the topic where nothing is known of them', async () => {
    expect((await open()).from).toBe(0)
  })

  test('from where the last owner left a mark', async () => {
    await (await open()).save(4, [])
    expect((await open()).from).toBe(4)
  })

  test('from the beginning where the mark is beyond the topic: the store is of another', async () => {
    await (await open()).save(11, [])
    expect((await open()).from).toBe(0)
    expect(await stored()).toBeUndefined()
  })
})

describe('deliveries that lost their tail', () => {
  const planned = (count: number, what: string) => Array.from({ length: count }, (_, n) => ({ key: 'a', value: `{"is":"${what} ${n}"}` }))
  const log = () => createMemoryLog({ partitions: 1, nowMs: Date.now })
  let lost: ReturnType<typeof log>
  let streams: ReturnType<typeof createMemoryStreams>
  /** As who has read 6 records, and then up to 10. */
  let past: LogFingerprints
  beforeEach(async () => {
    lost = log()
    streams = createMemoryStreams({ log: lost })
    await streams.ensureTopics([topics.deliveries])
    await streams.append(topic, 0, planned(10, 'old'))
    past = []
    for (const [from, to] of [
      [0, 6],
      [6, 10],
    ] as const)
      for await (const records of streams.read(topic, 0, from, to)) past = fingerprintsAfterBatch(past, records)
  })
  const openLost = () => openCommittedOffset(streams, store, topic, 0, silentLogger)

  test.each([
    ['are shorter than they were', 2],
    ['are as many as they were', 3],
    ['are more than they were', 9],
  ])('are folded from the last place that is as it was, also where they %s', async (_how, fresh) => {
    await (await openLost()).save(10, past)
    lost.cutTail(topic, 0, 7)
    await streams.append(topic, 0, planned(fresh, 'new'))
    const opened = await openLost()
    expect([opened.from, opened.past.map(({ next }) => next)]).toEqual([6, [6]])
    await opened.save(7, opened.past)
    expect(await stored()).toBe(7)
  })

  test('are folded from where the oldest order lies that is not settled, where the tail was behind that', async () => {
    await (await openLost()).save(4, past)
    lost.cutTail(topic, 0, 7)
    await streams.append(topic, 0, planned(9, 'new'))
    expect((await openLost()).from).toBe(4)
    expect(await stored()).toBe(4)
  })

  test('are folded from the beginning where nothing of what was read is there', async () => {
    await (await openLost()).save(10, past)
    lost.cutTail(topic, 0, 2)
    await streams.append(topic, 0, planned(20, 'new'))
    expect((await openLost()).from).toBe(0)
  })
})

describe('a mark', () => {
  test('that can not be kept is no fault, and the next one is', async () => {
    const checkpoint = await open()
    await checkpoint.save(3, [])
    isAway = true
    await checkpoint.save(5, [])
    isAway = false
    await checkpoint.save(6, [])
    expect(await stored()).toBe(6)
  })

  test('that was lost with the store is made anew', async () => {
    const checkpoint = await open()
    await checkpoint.save(3, [])
    await world.drivers.snapshots('deliveries').clear(0)
    await checkpoint.save(5, [])
    await checkpoint.save(6, [])
    expect(await stored()).toBe(6)
  })

  test('of one who goes on after he has lost the partition does not go back behind that of his successor', async () => {
    const former = await open()
    await former.save(3, [])
    const successor = await open()
    await successor.save(8, [])
    for (const position of [4, 5, 9]) await former.save(position, [])
    expect(await stored()).toBe(9)
    await successor.save(10, [])
    await successor.save(10, [])
    expect(await stored()).toBe(10)
  })
})
