import { beforeEach, describe, expect, test } from 'vitest'
import { createMemoryLog, createMemoryStreams, type MemoryLog } from '../../test-kit/src/memory-streams.ts'
import { buildRecords, buildTopic } from '../../test-kit/src/streams-contract/harness.ts'
import type { Streams } from './port.ts'
import { createTopicReader } from './topic-reader.ts'

const topic = { ...buildTopic('short', 1), name: 'short' }

describe('a short topic that is read incrementally', () => {
  let log: MemoryLog
  let streams: Streams
  let taken: string[]
  let begunAgain: number
  let readOn: () => Promise<void>
  beforeEach(async () => {
    log = createMemoryLog({ partitions: 1, nowMs: Date.now })
    streams = createMemoryStreams({ log })
    await streams.ensureTopics([topic])
    taken = []
    begunAgain = 0
    readOn = createTopicReader(
      streams,
      topic.name,
      ({ value }) => taken.push(value),
      () => {
        begunAgain += 1
        taken = []
      },
    )
  })

  test('delivers each record once, and new records at each call', async () => {
    await readOn()
    expect(taken).toEqual([])
    await streams.append(topic.name, 0, buildRecords(2, 'old '))
    await readOn()
    await readOn()
    await streams.append(topic.name, 0, buildRecords(1, 'new '))
    await Promise.all([readOn(), readOn()])
    expect([taken, begunAgain]).toEqual([['old 0', 'old 1', 'new 0'], 0])
  })

  test.each([
    ['is shorter than it was', 1],
    ['is as long as it was', 3],
    ['is longer than it was', 5],
  ])('is read from its start when it was truncated and %s', async (_how, fresh) => {
    await streams.append(topic.name, 0, buildRecords(5, 'old '))
    await readOn()
    log.cutTail(topic.name, 0, 2)
    await streams.append(topic.name, 0, buildRecords(fresh, 'new '))
    await readOn()
    const news = Array.from({ length: fresh }, (_, index) => `new ${index}`)
    expect([taken, begunAgain]).toEqual([['old 0', 'old 1', ...news], 1])
    await readOn()
    expect(begunAgain).toBe(1)
  })
})
