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
  const unlessAway = async <T>(work: () => Promise<T>): Promise<T> => (isAway ? Promise.reject(new Error('Redis is unreachable')) : work())
  store = {
    ...real,
    load: (...given) => unlessAway(() => real.load(...given)),
    save: (...given) => unlessAway(() => real.save(...given)),
  }
})
afterEach(() => world.stop())

const open = () => openCommittedOffset(world.drivers.streams, store, topic, 0, silentLogger)
const stored = async () => (await world.drivers.snapshots('deliveries').load(0, [])).snapshotOffset

describe('deliveries are read', () => {
  test('from the start of the topic if the store has no offset', async () => {
    expect((await open()).from).toBe(0)
  })

  test('from the offset that the last owner committed', async () => {
    await (await open()).save(4, [])
    expect((await open()).from).toBe(4)
  })

  test('from the start if the offset is beyond the topic, because the store belongs to another', async () => {
    await (await open()).save(11, [])
    expect((await open()).from).toBe(0)
    expect(await stored()).toBeUndefined()
  })
})

describe('after log truncation, deliveries', () => {
  const planned = (count: number, what: string) => Array.from({ length: count }, (_, n) => ({ key: 'a', value: `{"is":"${what} ${n}"}` }))
  const log = () => createMemoryLog({ partitions: 1, nowMs: Date.now })
  let lost: ReturnType<typeof log>
  let streams: ReturnType<typeof createMemoryStreams>
  /** A former owner that has read 6 records, and then up to 10. */
  let fingerprints: LogFingerprints
  beforeEach(async () => {
    lost = log()
    streams = createMemoryStreams({ log: lost })
    await streams.ensureTopics([topics.deliveries])
    await streams.append(topic, 0, planned(10, 'old'))
    fingerprints = []
    for (const [from, to] of [
      [0, 6],
      [6, 10],
    ] as const)
      for await (const records of streams.read(topic, 0, from, to)) fingerprints = fingerprintsAfterBatch(fingerprints, records)
  })
  const openLost = () => openCommittedOffset(streams, store, topic, 0, silentLogger)

  test.each([
    ['is shorter than before', 2],
    ['is as long as before', 3],
    ['is longer than before', 9],
  ])('are read from the last unchanged offset, also if the topic %s', async (_how, fresh) => {
    await (await openLost()).save(10, fingerprints)
    lost.cutTail(topic, 0, 7)
    await streams.append(topic, 0, planned(fresh, 'new'))
    const opened = await openLost()
    expect([opened.from, opened.fingerprints.map(({ next }) => next)]).toEqual([6, [6]])
    await opened.save(7, opened.fingerprints)
    expect(await stored()).toBe(7)
  })

  test('are read from the oldest order that is not settled, if the truncation is after it', async () => {
    await (await openLost()).save(4, fingerprints)
    lost.cutTail(topic, 0, 7)
    await streams.append(topic, 0, planned(9, 'new'))
    expect((await openLost()).from).toBe(4)
    expect(await stored()).toBe(4)
  })

  test('are read from the start if no record that was read is left', async () => {
    await (await openLost()).save(10, fingerprints)
    lost.cutTail(topic, 0, 2)
    await streams.append(topic, 0, planned(20, 'new'))
    expect((await openLost()).from).toBe(0)
  })
})

describe('a committed offset', () => {
  test('that cannot be saved is no failure, and the next one is saved', async () => {
    const snapshotOffset = await open()
    await snapshotOffset.save(3, [])
    isAway = true
    await snapshotOffset.save(5, [])
    isAway = false
    await snapshotOffset.save(6, [])
    expect(await stored()).toBe(6)
  })

  test('that the store lost is written again', async () => {
    const snapshotOffset = await open()
    await snapshotOffset.save(3, [])
    await world.drivers.snapshots('deliveries').clear(0)
    await snapshotOffset.save(5, [])
    await snapshotOffset.save(6, [])
    expect(await stored()).toBe(6)
  })

  test('of a former owner does not go back behind that of its successor', async () => {
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
