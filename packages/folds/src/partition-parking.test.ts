import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { createMemoryLog, createMemoryStreams } from '@holdfast/streams/memory'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFoldWorld, type FoldWorld, parkingOn } from '../test/fold-world.ts'
import { askRedrive, type Parking } from './parking.ts'

const requestId = '0190a0b0-0000-7000-8000-00000000000a'

let world: FoldWorld
let parking: Parking
/** What becomes of the next thing that is told. */
let fate: 'done' | 'lost' | 'done, and said to have failed'

beforeEach(async () => {
  world = await createFoldWorld()
  fate = 'done'
  const { streams } = world
  const failing: Streams = {
    ...streams,
    async publish(topic, records) {
      const now = fate
      fate = 'done'
      if (now !== 'lost') await streams.publish(topic, records)
      if (now !== 'done') throw new Error('away')
    },
  }
  parking = await parkingOn(failing)
})
afterEach(async () => {
  await parking.stop()
  await world.close()
})

test.each(['lost', 'done, and said to have failed'] as const)(
  'a release that is %s is told again, until everybody knows that nothing is parked',
  async how => {
    const owner = await parking.open(0)
    await owner.park({ requestId, offset: 1, reason: 'planted' })
    let tries = 0
    owner.onRedrive(async id => {
      tries++
      if (tries === 1) fate = how
      await owner.release(id)
    })
    await askRedrive(world.streams, requestId, 'o', '2024-07-23T03:00:00.000Z')
    await vi.waitFor(() => expect(tries).toBe(2), 5_000)
    await vi.waitFor(async () => {
      const next = await parking.open(0)
      next.close()
      expect([owner.all(), next.all()]).toEqual([[], []])
    }, 5_000)
    expect(await world.streams.endOffset(topics.parked.name, 0)).toBeGreaterThan(2)
    owner.close()
  },
)

test('a command that is held comes back with when it was put aside, by the log: what it arms is counted from then where its own clock was wrong', async () => {
  const owner = await parking.open(0)
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  const beganMs = Date.now() - 1_000
  const record = { topic: topics.commands.name, partition: 0, offset: 4, key: requestId, value: '{}', headers: {}, timestampMs: 0 }
  await owner.hold('command-1', requestId, record)
  const [held] = await owner.held(requestId)
  expect(held).toMatchObject({ key: requestId, offset: 4 })
  expect(held?.timestampMs).toBeGreaterThan(beganMs)
  owner.close()
})

test('a command that was held and is lost with the tail of the topic is not taken for another that lies there now', async () => {
  const log = createMemoryLog({ partitions: 1, nowMs: Date.now })
  const streams = createMemoryStreams({ log })
  await streams.ensureTopics([topics.parked])
  const onMemory = await parkingOn(streams)
  const owner = await onMemory.open(0)
  const another = '0190a0b0-0000-7000-8000-00000000000b'
  const recordOf = (key: string) => ({ topic: topics.commands.name, partition: 0, offset: 4, key, value: key, headers: {}, timestampMs: 0 })
  for (const each of [requestId, another]) await owner.park({ requestId: each, offset: 1, reason: 'planted' })
  await owner.hold('command-1', requestId, recordOf(requestId))
  const keysOf = async (id: string) => (await owner.held(id)).map(({ key }) => key)
  expect(await keysOf(requestId)).toEqual([requestId])
  log.cutTail(topics.parked.name, 0, 2)
  await owner.hold('command-2', another, recordOf(another))
  await vi.waitFor(async () => expect(await keysOf(another)).toEqual([another]), 5_000)
  expect(await keysOf(requestId)).toEqual([])
  owner.close()
  await onMemory.stop()
  await streams.close()
})

test('who opens a partition does not wait for what was lost with the tail of the topic', async () => {
  const log = createMemoryLog({ partitions: 1, nowMs: Date.now })
  let isSlow = false
  const streams = createMemoryStreams({
    log,
    perform: async (call, work) => {
      // What is asked of the end is answered before the tail is lost, what is fetched comes after it.
      if (isSlow && call.operation === 'fetch') await lost.promise
      return work()
    },
  })
  const lost = Promise.withResolvers<void>()
  await streams.ensureTopics([topics.parked])
  const onMemory = await parkingOn(streams)
  const owner = await onMemory.open(0)
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  await vi.waitFor(async () => expect((await onMemory.beingRedriven(0, [requestId])).size).toBe(0), 5_000)
  isSlow = true
  await owner.park({ requestId, offset: 1, reason: 'planted' })
  const opening = onMemory.open(0)
  await new Promise<void>(resolve => setImmediate(resolve))
  log.cutTail(topics.parked.name, 0, 0)
  lost.resolve()
  const opened = await Promise.race([opening, new Promise<undefined>(resolve => setTimeout(() => resolve(undefined), 5_000).unref())])
  expect(opened?.all()).toEqual([])
  owner.close()
  opened?.close()
  await onMemory.stop()
  await streams.close()
})
