import { topics } from '@holdfast/schemas'
import { silentLogger } from '@holdfast/service-kit'
import type { SnapshotStore } from '@holdfast/stores'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createDeliveryWorld, type DeliveryWorld } from '../../test/deliveries/world.ts'
import { openCheckpoint } from './checkpoint.ts'

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

const open = () => openCheckpoint(world.drivers.streams, store, topic, 0, silentLogger)
const stored = async () => (await world.drivers.snapshots('deliveries').load(0, [])).checkpoint

describe('deliveries are folded', () => {
  test('from the beginning of the topic where nothing is known of them', async () => {
    expect((await open()).from).toBe(0)
  })

  test('from where the last owner left a mark', async () => {
    await (await open()).save(4)
    expect((await open()).from).toBe(4)
  })

  test('from the beginning where the mark is beyond the topic: the store is of another', async () => {
    await (await open()).save(11)
    expect((await open()).from).toBe(0)
    expect(await stored()).toBeUndefined()
  })
})

describe('a mark', () => {
  test('that can not be kept is no fault, and the next one is', async () => {
    const checkpoint = await open()
    await checkpoint.save(3)
    isAway = true
    await checkpoint.save(5)
    isAway = false
    await checkpoint.save(6)
    expect(await stored()).toBe(6)
  })

  test('that was lost with the store is made anew', async () => {
    const checkpoint = await open()
    await checkpoint.save(3)
    await world.drivers.snapshots('deliveries').clear(0)
    await checkpoint.save(5)
    await checkpoint.save(6)
    expect(await stored()).toBe(6)
  })

  test('of one who goes on after he has lost the partition does not go back behind that of his successor', async () => {
    const former = await open()
    await former.save(3)
    const successor = await open()
    await successor.save(8)
    for (const position of [4, 5, 9]) await former.save(position)
    expect(await stored()).toBe(9)
    await successor.save(10)
    await successor.save(10)
    expect(await stored()).toBe(10)
  })
})
