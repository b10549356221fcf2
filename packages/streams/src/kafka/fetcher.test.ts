import { afterEach, describe, expect, test } from 'vitest'
import { silentLog } from '../log.ts'
import type { KafkaConnection } from './connection.ts'
import { createFetcher, type Feed, type Fetcher } from './fetcher.ts'
import type { KafkaCluster } from './kafkajs.ts'

// A real broker fails or removes records only by chance, so here a scripted one stands behind the connection.

const answered = (type: string): Error => Object.assign(new Error(type), { type, topic: 'topic', partition: 0 })

interface LogEntry {
  readonly offset: number
  readonly isControlRecord: boolean
}

/** A broker of one partition that holds `log`; calls of the connection fail as scripted first. */
function createScriptedConnection(log: readonly LogEntry[], failures: Error[]): KafkaConnection {
  const start = log[0]?.offset ?? 0
  const broker = {
    listOffsets: async () => ({ responses: [{ partitions: [{ offset: String(start) }] }] }),
    async fetch({ topics }: { topics: { partitions: { fetchOffset: string }[] }[] }) {
      const from = Number(topics[0]?.partitions[0]?.fetchOffset)
      if (from < start) throw answered('OFFSET_OUT_OF_RANGE')
      const found = log.filter(({ offset }) => offset >= from).slice(0, 2)
      if (found.length === 0) await new Promise(resolve => setTimeout(resolve, 20))
      const messages = found.map(({ offset, isControlRecord }) => ({
        offset: String(offset),
        timestamp: '0',
        key: null,
        value: Buffer.from(`v${offset}`),
        isControlRecord,
      }))
      return { responses: [{ topicName: 'topic', partitions: [{ partition: 0, highWatermark: '99', abortedTransactions: [], messages }] }] }
    },
  }
  const cluster = { findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }], findBroker: async () => broker }
  const use: KafkaConnection['use'] = async (_, work) => {
    const failure = failures.shift()
    if (failure) throw failure
    return work(cluster as unknown as KafkaCluster)
  }
  return { use, until: (topics, _, __, work) => use(topics, work), close: async () => {} }
}

const entries = (from: number, count: number, isControlRecord = false): LogEntry[] =>
  Array.from({ length: count }, (_, index) => ({ offset: from + index, isControlRecord }))

describe('the fetcher', () => {
  let fetcher: Fetcher | undefined
  afterEach(() => fetcher?.stop())

  function follow(log: readonly LogEntry[], failures: Error[] = []) {
    const values: string[] = []
    const faults: unknown[] = []
    fetcher = createFetcher(createScriptedConnection(log, failures), silentLog, error => faults.push(error))
    const feed: Feed = {
      topic: 'topic',
      partition: 0,
      position: 0,
      wants: () => true,
      push: records => values.push(...records.map(each => each.value)),
    }
    fetcher.add([feed])
    return { values, faults, feed }
  }

  test('goes on by itself when brokers answer again', async () => {
    const failures = [new Error('away'), new Error('away'), new Error('away')]
    const { values, faults } = follow(entries(0, 3), failures)
    await expect.poll(() => values, { timeout: 5_000 }).toEqual(['v0', 'v1', 'v2'])
    expect(faults.length).toBe(3)
  })

  test('does not call it a fault when a leader has just changed, unless it lasts', async () => {
    const changes = Array.from({ length: 7 }, () => answered('NOT_LEADER_FOR_PARTITION'))
    const { values, faults } = follow(entries(0, 1), changes)
    await expect.poll(() => values, { timeout: 10_000 }).toEqual(['v0'])
    expect(faults.length).toBe(2)
  })

  test('starts with the oldest record where retention has passed the position', async () => {
    const { values } = follow(entries(40, 3))
    await expect.poll(() => values, { timeout: 5_000 }).toEqual(['v40', 'v41', 'v42'])
  })

  test('gets past records that are not for readers', async () => {
    const { values, feed } = follow([...entries(0, 5, true), ...entries(5, 1), ...entries(6, 1, true)])
    await expect.poll(() => feed.position, { timeout: 5_000 }).toBe(7)
    expect(values).toEqual(['v5'])
  })
})
