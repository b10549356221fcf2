import type { ConnectionOptions } from 'node:tls'
import type { SASLOptions } from 'kafkajs'
import { durableFirst } from '../durable-first.ts'
import { type StreamsLog, silentLog } from '../log.ts'
import { namespacedStreams } from '../namespaced-streams.ts'
import { createOngoingFaults, throwOngoing } from '../ongoing-faults.ts'
import { appendBytesMax, type OutgoingRecord, type Streams, StreamUnavailableError, weightOf } from '../port.ts'
import { createSubscriptions } from '../subscriptions.ts'
import { within } from '../waits.ts'
import { checkAppend, weigh } from '../weight.ts'
import { createConnection, type KafkaConnection } from './connection.ts'
import { createGroupPositions } from './group-positions.ts'
import { partitionOf } from './kafkajs.ts'
import { createKafkajsLog } from './kafkajs-log.ts'
import { createKnownEnds } from './known-ends.ts'
import { createLogTime } from './log-time.ts'
import { createOffsets } from './offsets.ts'
import { createProducer } from './producer.ts'
import { type ReaderContext, startStage } from './stage.ts'
import { openStoredMemberships, type StoredMemberships, withoutMemberships } from './stored-memberships.ts'
import { startTail } from './tail.ts'
import { createTopics } from './topics.ts'

export interface KafkaStreamsOptions {
  /** `host:port` of one or more brokers; the others are found through them. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Starts the names of topics and groups on the brokers, so that engines can share them. Callers use plain names. */
  readonly namespace?: string | undefined
  /** Partitions of topics whose count is `shared`, where none exists yet. */
  readonly partitions: number
  /** Copies of each partition of topics that are made. One broker can keep one. */
  readonly replication: number
  /** How long a member of a group may be silent before others get its partitions. Default 10 s; brokers refuse less than 6 s. */
  readonly sessionTimeoutMs?: number
  /** A file of this process's own, by which the process that is started in its place takes over at once where it was killed. Without it that waits for its session. */
  readonly membershipsPath?: string
  /** From publish or append to its outcome. Default 10 s. */
  readonly writeBoundMs?: number
  readonly log?: StreamsLog
  readonly ssl?: ConnectionOptions | boolean
  readonly sasl?: SASLOptions
}

const pingMs = 1_000
const writeBoundDefaultMs = 10_000

/** The stream port on Kafka. Nothing is connected before it is needed, and what is lost is connected again. */
export const createKafkaStreams = (options: KafkaStreamsOptions): Streams => namespacedStreams(openStreams(options), options.namespace)

/** The same with the names that topics and groups have on the brokers. */
function openStreams(options: KafkaStreamsOptions): Streams {
  const { log = silentLog, sessionTimeoutMs = 10_000, writeBoundMs = writeBoundDefaultMs } = options
  const closing = new AbortController()
  const onLog = createKafkajsLog(log)
  const connect = (): KafkaConnection => createConnection(options, onLog)
  const asking = connect()
  const topics = createTopics({
    connection: asking,
    partitions: options.partitions,
    replication: options.replication,
    boundMs: writeBoundMs,
    log,
  })
  const { isDoor } = topics
  const logTime = createLogTime(asking, topics, options.namespace)
  const faults = createOngoingFaults()
  const ends = createKnownEnds()
  const offsets = createOffsets({ connection: asking, faults, ends, isDoor })
  const positions = createGroupPositions(asking, writeBoundMs)
  const producer = createProducer({ connection: connect(), boundMs: writeBoundMs, log, faults, ends })
  const subscriptions = createSubscriptions()
  const past = { startOffset: offsets.start, read: offsets.read }
  let memberships: StoredMemberships | undefined
  const context: ReaderContext = { log, faults, ends, signal: closing.signal, isDoor, past }

  /** With the first stage: who only reads and writes has none. */
  function keptMemberships(): StoredMemberships {
    const { membershipsPath: path } = options
    memberships ??= path === undefined ? withoutMemberships : openStoredMemberships({ path, log })
    return memberships
  }

  function throwWhenClosed(): void {
    if (closing.signal.aborted) throw new StreamUnavailableError('the streams are closed')
  }

  async function knownPartition(topic: string, partition: number): Promise<void> {
    throwWhenClosed()
    const routed = await topics.partitions(topic)
    const count = partition < routed ? routed : await topics.count(topic)
    if (!Number.isInteger(partition) || partition < 0 || partition >= count) throw new Error(`topic ${topic} has no partition ${partition}`)
  }

  return {
    description: `Kafka at ${options.brokers.join(', ')}`,
    async ensureTopics(specs) {
      throwWhenClosed()
      await topics.ensure(specs)
    },
    partitionCount: topic => topics.count(topic),
    partitionOf: async (topic, key) => partitionOf(key, await topics.partitions(topic)),
    async publish(topic, records, { within, after } = {}) {
      throwWhenClosed()
      weigh(records)
      if (after) await durableFirst(after)
      const count = await topics.partitions(topic)
      within?.throwIfLost()
      const writes: Promise<number>[] = []
      for (const [partition, ofPartition] of Map.groupBy(records, record => partitionOf(record.key, count))) {
        for (const run of sliceByWeight(ofPartition)) writes.push(producer.write(topic, partition, run))
      }
      const failed = (await Promise.allSettled(writes)).find(written => written.status === 'rejected')
      if (failed) throw failed.reason
    },
    async append(topic, partition, records, { within, after } = {}) {
      checkAppend(records)
      if (after) await durableFirst(after)
      await knownPartition(topic, partition)
      within?.throwIfLost()
      return producer.write(topic, partition, records)
    },
    async startOffset(topic, partition) {
      await knownPartition(topic, partition)
      return offsets.start(topic, partition)
    },
    async endOffset(topic, partition) {
      await knownPartition(topic, partition)
      return offsets.end(topic, partition)
    },
    async offsetAt(topic, partition, timestampMs) {
      await knownPartition(topic, partition)
      return offsets.at(topic, partition, timestampMs)
    },
    async *read(topic, partition, from, to) {
      await knownPartition(topic, partition)
      yield* offsets.read(topic, partition, from, to)
    },
    async logTime() {
      throwWhenClosed()
      return logTime()
    },
    async tail(tailOptions) {
      throwWhenClosed()
      return subscriptions.keep(startTail(connect(), tailOptions, context))
    },
    async stage(stageOptions) {
      throwWhenClosed()
      const connections = { joining: connect(), fetching: connect(), asking }
      return subscriptions.keep(startStage(connections, stageOptions, { ...context, sessionTimeoutMs, memberships: keptMemberships() }))
    },
    async positions(group, topic) {
      throwWhenClosed()
      return positions.of(group, topic, await topics.count(topic))
    },
    async setPositions(group, topic, to) {
      throwWhenClosed()
      await positions.set(group, topic, to)
    },
    async ping() {
      throwWhenClosed()
      const answer = asking.use([], async cluster => (await cluster.brokerPool.findConnectedBroker()).apiVersions())
      await within(answer, pingMs, () => new StreamUnavailableError(`no answer from ${options.brokers.join(', ')} within ${pingMs} ms`))
      throwOngoing(faults)
    },
    async close() {
      if (closing.signal.aborted) return
      const stopped = subscriptions.stopAll()
      // What is still starting gives up; what runs ends in order, and may still write.
      closing.abort()
      await stopped
      await producer.close()
      await asking.close()
      await memberships?.close()
    },
  }
}

/** Trap: a request that brings more than 1 MB for one partition is refused for good. So a large publish goes out in several batches, in order. */
function sliceByWeight(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const slices: OutgoingRecord[][] = []
  let slice: OutgoingRecord[] = []
  let weight = 0
  for (const record of records) {
    const more = weightOf(record)
    if (slice.length > 0 && weight + more > appendBytesMax) {
      slices.push(slice)
      slice = []
      weight = 0
    }
    slice.push(record)
    weight += more
  }
  if (slice.length > 0) slices.push(slice)
  return slices
}
