import { setTimeout as pause } from 'node:timers/promises'
import { ConfigResourceTypes, Kafka, logLevel } from 'kafkajs'
import { describe, expect, test, vi } from 'vitest'
import { testNamespace } from '../../../test-kit/src/shared-servers.ts'
import { buildRecords, eventually, makeTopic, uniqueName, watchStage } from '../../../test-kit/src/streams-contract/harness.ts'
import { describeStreamsContract } from '../../../test-kit/src/streams-contract.ts'
import { type Streams, StreamUnavailableError } from '../port.ts'
import { createKafkaStreams } from './kafka-streams.ts'

const brokers = process.env.HOLDFAST_TEST_KAFKA
const required = (process.env.HOLDFAST_REQUIRE ?? '').split(',').includes('kafka')

let clients = 0
const sessionTimeoutMs = 6_000
const open = (at: string): Streams => {
  clients += 1
  return createKafkaStreams({
    brokers: at.split(','),
    clientId: `contract-${clients}`,
    namespace: testNamespace(),
    partitions: 4,
    replication: 1,
    sessionTimeoutMs,
  })
}

if (brokers) {
  describeStreamsContract(`Kafka at ${brokers}`, async () => {
    let streams = open(brokers)
    const others: Streams[] = []
    return {
      get streams() {
        return streams
      },
      async reopen() {
        await streams.close()
        streams = open(brokers)
        return streams
      },
      async second() {
        const second = open(brokers)
        others.push(second)
        return second
      },
      async close() {
        await Promise.all([streams, ...others].map(each => each.close()))
      },
    }
  })

  describe('the log’s time on Kafka', () => {
    test('is not read from a topic with its senders’ timestamps: the error says what is wrong, and how to repair it', async () => {
      const streams = open(brokers)
      const asked = await streams.logTime()
      const admin = new Kafka({ brokers: brokers.split(','), logLevel: logLevel.NOTHING }).admin()
      const stampAs = (value: string) =>
        admin.alterConfigs({
          validateOnly: false,
          resources: [
            {
              type: ConfigResourceTypes.TOPIC,
              name: `${testNamespace()}.freeze.clock`,
              configEntries: [{ name: 'message.timestamp.type', value }],
            },
          ],
        })
      await admin.connect()
      await stampAs('CreateTime')
      const why = 'Set message.timestamp.type of this topic to LogAppendTime'
      await eventually(() => streams.logTime().catch((error: Error) => error.message)).toContain(why)
      await stampAs('LogAppendTime')
      await eventually(() => streams.logTime().catch(() => 0)).toBeGreaterThan(asked)
      await Promise.all([admin.disconnect(), streams.close()])
    })
  })

  describe('a stage on Kafka', () => {
    test('keeps its partition during a batch that takes longer than its session', async () => {
      const [streams, other] = [open(brokers), open(brokers)]
      const topic = await makeTopic(streams, 'session')
      const group = uniqueName('group')
      const startedAt = Date.now()
      const onBatch = async (): Promise<void> => {
        await vi.waitUntil(() => Date.now() - startedAt > sessionTimeoutMs + 2_000, { timeout: 20_000, interval: 100 })
      }
      const stage = await watchStage(streams, { topics: [topic], group, onBatch })
      // Two members for one partition: one owns it, the other would get it if the first lost it.
      const idle = await watchStage(other, { topics: [topic], group, onBatch })
      await eventually(() => stage.openNow() + idle.openNow()).toBe(1)
      await streams.append(topic, 0, buildRecords(3))
      await eventually(() => stage.received.length + idle.received.length).toBe(3)
      expect([...stage.faults, ...idle.faults]).toEqual([])
      const opened = stage.opened.length + idle.opened.length
      expect(opened).toBeLessThanOrEqual(2)
      await Promise.all([streams.close(), other.close()])
    })
  })
} else {
  const why = 'the stream contract on Kafka needs HOLDFAST_TEST_KAFKA=host:port of a broker'
  test.skipIf(!required)(why, () => {
    expect.fail(why)
  })
}

describe('Kafka that does not answer', () => {
  // Nothing listens on port 1.
  const away = (): Streams =>
    createKafkaStreams({ brokers: ['127.0.0.1:1'], clientId: 'away', partitions: 1, replication: 1, writeBoundMs: 1_000 })

  test('fails a ping within a second', async () => {
    const streams = away()
    // Both timers run in this process, and the shorter one ends first however busy the machine is.
    const later = pause(1_500).then(() => 'still asked after a second')
    const failure = streams.ping().then(() => 'answered', String)
    expect(await Promise.race([failure, later])).toContain('127.0.0.1:1')
    await streams.close()
  })

  test('fails a publish as unavailable after its time limit', async () => {
    const streams = away()
    await expect(streams.publish('any', [{ key: 'k', value: 'v' }])).rejects.toBeInstanceOf(StreamUnavailableError)
    await streams.close()
  })

  test('lets a waiting stage and tail be closed', async () => {
    const streams = away()
    const onFault = (): void => {}
    const stage = streams.stage({ group: 'g', topics: ['t'], open: () => Promise.reject(new Error('never')), onFault })
    const tail = streams.tail({ topic: 't', from: 'start', onRecords: () => {}, onFault })
    const both = Promise.allSettled([stage, tail])
    await streams.close()
    expect((await both).map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  })
})
