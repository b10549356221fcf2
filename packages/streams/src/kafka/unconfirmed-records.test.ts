import { type KafkaCluster, startKafkaCluster } from '@holdfast/test-kit/kafka-cluster'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { makeTopic, readAll, uniqueName, valuesOf } from '../../../test-kit/src/streams-contract/harness.ts'
import { type Streams, StreamUnavailableError } from '../port.ts'
import { createKafkaStreams } from './kafka-streams.ts'

const partitions = 6

// A suspended follower stays in sync until the controller has missed it for 3 s. For that long its leader has records
// that can't be read.
describe.skipIf(!process.env.HOLDFAST_TEST_KAFKA)('three brokers of which one is suspended', () => {
  let cluster: KafkaCluster
  const opened: Streams[] = []

  beforeAll(async () => {
    cluster = await startKafkaCluster(3)
  }, 120_000)
  afterAll(async () => {
    await Promise.all(opened.map(streams => streams.close()))
    await cluster?.stop()
  })

  function open(): Streams {
    const streams = createKafkaStreams({
      brokers: cluster.brokers.split(','),
      clientId: uniqueName('client'),
      partitions,
      replication: 3,
      writeBoundMs: 1_000,
    })
    opened.push(streams)
    return streams
  }

  /** A partition that the node follows in sync. After its start, a node may follow none for a while. */
  async function partitionFollowedBy(topic: string, node: number): Promise<number> {
    const admin = new Kafka({ brokers: cluster.brokers.split(','), logLevel: logLevel.NOTHING }).admin()
    await admin.connect()
    try {
      return await vi.waitFor(
        async () => {
          const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
          const found = topics[0]?.partitions.find(({ leader, isr }) => leader !== node && isr.includes(node))
          if (!found) throw new Error(`node ${node} follows no partition in sync`)
          return found.partitionId
        },
        { timeout: 30_000, interval: 100 },
      )
    } finally {
      await admin.disconnect()
    }
  }

  /**
   * A caller may first have to learn that the suspended broker does not answer, and that nothing is available. It never
   * gets another answer than this.
   */
  async function answered<T>(ask: () => Promise<T>): Promise<T> {
    for (const until = Date.now() + 60_000; ; ) {
      try {
        return await ask()
      } catch (error) {
        if (!(error instanceof StreamUnavailableError) || Date.now() > until) throw error
        // An immediate refusal would leave the sockets no time.
        await new Promise(resolve => setTimeout(resolve, 20))
      }
    }
  }

  test('report no end of a partition, to its writer or to a new client, before all records of its leader are confirmed, so that a search for sent records finds them', async () => {
    const writer = open()
    const topic = await makeTopic(writer, 'asleep', partitions)
    const partition = await partitionFollowedBy(topic, 3)
    // Finding brokers that have just started takes a while.
    await answered(() => writer.append(topic, (partition + 1) % partitions, [{ key: 'k', value: 'elsewhere' }]))
    await writer.append(topic, partition, [{ key: 'k', value: 'first' }])
    const other = open()
    expect(await answered(() => other.endOffset(topic, partition))).toBe(1)
    await cluster.nodes[2]?.kill('SIGSTOP')
    try {
      await expect(writer.append(topic, partition, [{ key: 'k', value: 'second' }])).rejects.toBeInstanceOf(StreamUnavailableError)
      const sinceMs = Date.now() - 60_000
      const found = await Promise.all([
        answered(() => other.endOffset(topic, partition)),
        answered(() => writer.endOffset(topic, partition)),
        answered(() => other.offsetAt(topic, partition, Date.now() + 60_000)),
        answered(() => other.offsetAt(topic, partition, sinceMs)),
      ])
      expect(found).toEqual([2, 2, 2, 0])
      expect(valuesOf(await answered(() => readAll(other, topic, partition)))).toEqual(['first', 'second'])
    } finally {
      await cluster.nodes[2]?.kill('SIGCONT')
    }
  })
})
