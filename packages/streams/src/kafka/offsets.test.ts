import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { createOngoingFaults } from '../ongoing-faults.ts'
import { StreamUnavailableError } from '../port.ts'
import type { KafkaConnection } from './connection.ts'
import type { KafkaError } from './faults.ts'
import type { FetchedPartition } from './fetch-answer.ts'
import { earliest } from './kafkajs.ts'
import type { KafkaCluster } from './kafkajs-shapes.ts'
import { createKnownEnds, OutdatedLeaderError } from './known-ends.ts'
import { createOffsets } from './offsets.ts'

// A real broker loses records only when its files are deleted, and then it is too late. Here a scripted broker loses
// them during a read.

const later = (ms = 1): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))

/** The start and end of a partition. */
interface Extent {
  start: number
  end: number
}

/** Reads offsets 950 to 999 of a partition that first ended at 1,000; then everything from 950 on is lost. */
function readAcross(lose: (extent: Extent) => void) {
  const extent = { start: 0, end: 1_000 }
  let fetches = 0
  const broker = {
    async listOffsets({ topics }: { topics: { partitions: { timestamp: number }[] }[] }) {
      await later()
      const isStart = topics[0]?.partitions[0]?.timestamp === earliest
      return { responses: [{ partitions: [{ offset: String(isStart ? extent.start : extent.end) }] }] }
    },
    async fetchBytes(): Promise<FetchedPartition[]> {
      fetches += 1
      lose(extent)
      await later()
      const error: KafkaError = Object.assign(new Error('the offset is not within the range of offsets'), { type: 'OFFSET_OUT_OF_RANGE' })
      return [{ topic: 'topic', partition: 0, error, lastStableOffset: extent.end, abortedTransactions: [], records: Buffer.alloc(0) }]
    },
  }
  const cluster = {
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
    findBroker: async () => broker,
  } as unknown as KafkaCluster
  const until: KafkaConnection['until'] = async (_, __, ___, work) => {
    for (;;) {
      try {
        return await work(cluster)
      } catch (error) {
        if (!(error instanceof OutdatedLeaderError)) throw error
        await later(100)
      }
    }
  }
  const connection: KafkaConnection = { use: (_, work) => work(cluster), until, close: async () => {} }
  const ends = createKnownEnds(Date.now)
  const offsets = createOffsets({ connection, faults: createOngoingFaults(), ends, isIngress: () => false })
  const given = offsets
    .read('topic', 0, 950, 1_000)
    .next()
    .catch((error: unknown) => error)
  return { given, fetches: () => fetches }
}

describe('a read whose next offset no longer exists', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** The outcome of the read within 30 s. */
  async function outcomeOf({ given }: ReturnType<typeof readAcross>): Promise<unknown> {
    const outcome = Promise.race([given, later(30_000).then(() => 'nothing in 30 s')])
    await vi.advanceTimersByTimeAsync(30_000)
    return outcome
  }

  test('throws once the truncation of the partition is certain, so that the reader starts again', async () => {
    const reading = readAcross(extent => {
      extent.end = 900
    })
    const outcome = await outcomeOf(reading)
    expect(outcome).toBeInstanceOf(StreamUnavailableError)
    expect((outcome as Error).message).toBe('log truncation: partition 0 of topic ends at 900, before offset 950')
    expect(reading.fetches()).toBe(1)
  })

  test('throws after ten seconds when its leader claims the records but returns none, with few requests until then', async () => {
    const reading = readAcross(() => {})
    const outcome = await outcomeOf(reading)
    expect(outcome).toBeInstanceOf(StreamUnavailableError)
    expect((outcome as Error).message).toBe("partition 0 of topic can't be read: the offset is not within the range of offsets")
    expect(reading.fetches()).toBeLessThan(50)
  })

  test('continues at the oldest record when retention has removed it', async () => {
    const reading = readAcross(extent => {
      extent.start = 1_000
    })
    expect(await outcomeOf(reading)).toEqual({ done: true, value: undefined })
    expect(reading.fetches()).toBe(1)
  })
})
