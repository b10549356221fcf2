import { setImmediate } from 'node:timers/promises'
import { topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import { createMemoryLog, createMemoryStreams } from '@holdfast/test-kit/memory-streams'
import { beforeEach, expect, test } from 'vitest'
import { parkingOn } from '../test/partition-harness.ts'
import { requestRedrive } from './parking.ts'

// A service that starts reads the parked requests, and not the whole history of the topic.

let streams: Streams
beforeEach(async () => {
  streams = createMemoryStreams({ log: createMemoryLog({ partitions: 1, nowMs: () => 0 }) })
  await streams.ensureTopics([topics.parked])
})

const idOf = (nth: number) => `0190a0b0-0000-7000-8000-${`${nth}`.padStart(12, '0')}`
const record: StreamRecord = { topic: topics.commands.name, partition: 0, offset: 0, key: 'k', value: '{}', headers: {}, timestampMs: 0 }
const commandOf = (requestId: string) => ({ command: { id: `of ${requestId}`, subject: requestId, actor: 'TL/institution/a' }, record })

async function parkAndRelease(rounds: number, from = 0): Promise<void> {
  const parking = await parkingOn(streams)
  const owner = await parking.open(0)
  for (let nth = from; nth < from + rounds; nth++) {
    await owner.park({ requestId: idOf(nth), offset: nth, reason: 'planted' })
    await owner.hold([commandOf(idOf(nth))])
    expect(await owner.held(idOf(nth), 0)).toHaveLength(1)
    await owner.release(idOf(nth))
    // Lets the parking's own reader run, as with any other log.
    await setImmediate()
  }
  // It has read all records.
  await parking.open(0)
  await owner.park({ requestId: idOf(from), offset: 0, reason: 'planted' })
  await owner.release(idOf(from))
  owner.close()
  await parking.stop()
}

/** How many records a starting service reads, and what it finds parked. */
async function start(): Promise<{ read: number; parked: string[]; held: number }> {
  let read = 0
  const counting: Streams = {
    ...streams,
    async *read(...range) {
      for await (const records of streams.read(...range)) {
        read += records.length
        yield records
      }
    },
    tail: options =>
      streams.tail({
        ...options,
        onRecords(records) {
          read += records.length
          return options.onRecords(records)
        },
      }),
  }
  const parking = await parkingOn(counting)
  const owner = await parking.open(0)
  const parked = owner.all().map(({ requestId }) => requestId)
  const counted = read
  let held = 0
  for (const requestId of parked) held += (await owner.held(requestId, 0)).length
  owner.close()
  await parking.stop()
  return { read: counted, parked, held }
}

test('reads a bounded number of records after a thousand requests were parked and released', async () => {
  await parkAndRelease(1_000)
  expect(await streams.endOffset(topics.parked.name, 0)).toBeGreaterThan(3_000)
  const { read, parked } = await start()
  expect(parked).toEqual([])
  expect(read).toBeLessThan(1_000)
})

test('finds requests that are still parked, with their commands, among many released ones and after a redrive', async () => {
  await parkAndRelease(10)
  const parking = await parkingOn(streams)
  const owner = await parking.open(0)
  const standing = idOf(5_000)
  await owner.park({ requestId: standing, offset: 1, reason: 'planted' })
  await owner.hold([commandOf(standing)])
  owner.close()
  await parking.stop()
  await parkAndRelease(300, 100)
  await requestRedrive(streams, idOf(1), 'o', '2024-07-23T03:00:00.000Z')
  expect(await start()).toMatchObject({ parked: [standing], held: 1 })
})

test('reads the whole topic where a record does not state what is still needed', async () => {
  await parkAndRelease(3)
  const end = await streams.endOffset(topics.parked.name, 0)
  const values: { key: string; value: string }[] = []
  for await (const records of streams.read(topics.parked.name, 0, 0, end))
    values.push(...records.map(({ key, value }) => ({ key, value: value.replace(/,"neededFrom":\d+/, '') })))
  await streams.publish(topics.parked.name, values.slice(0, 1))
  expect((await start()).parked).toEqual([idOf(0)])
})
