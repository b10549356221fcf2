import type { ConnectionOptions } from 'node:tls'
import type { SASLOptions } from 'kafkajs'
import { durableFirst } from '../durable-first.ts'
import { type StreamsLog, silentLog } from '../log.ts'
import { namespacedStreams } from '../namespaced-streams.ts'
import { createOngoingFaults, throwOngoing } from '../ongoing-faults.ts'
import { appendBytesMax, type OutgoingRecord, recordSize, type Streams, StreamUnavailableError } from '../port.ts'
import { checkAppend, totalSize } from '../record-size.ts'
import { createSubscriptions } from '../subscriptions.ts'
import { within } from '../waits.ts'
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
  /** `host:port` of one or more brokers, through which the others are found. */
  readonly brokers: readonly string[]
  readonly clientId: string
  /** Prefix of the topics and groups on the brokers, so that engines can share them. Callers use plain names. */
  readonly namespace?: string | undefined
  /** Partitions of topics whose count is `shared`, if none exists yet. */
  readonly partitions: number
  /** Replicas of each partition of topics that are created. One broker can hold one. */
  readonly replication: number
  /**
   * How long a group member may be silent before others get its partitions. Default 10 s; brokers refuse less than 6 s.
   */
  readonly sessionTimeoutMs?: number
  /**
   * A file of this process. After a crash, its successor takes over the partitions at once; without the file it waits
   * for the session timeout.
   */
  readonly membershipsPath?: string
  /** The time limit of a publish or append. Default 10 s. */
  readonly writeBoundMs?: number
  readonly log?: StreamsLog
  readonly ssl?: ConnectionOptions | boolean
  readonly sasl?: SASLOptions
}

const pingMs = 1_000
const writeBoundDefaultMs = 10_000

/** The stream port on Kafka. It connects on first use and reconnects after failures. */
export const createKafkaStreams = (options: KafkaStreamsOptions): Streams => namespacedStreams(openStreams(options), options.namespace)

/** As `createKafkaStreams`, with the names that topics and groups have on the brokers. */
function openStreams(options: KafkaStreamsOptions): Streams {
  const { log = silentLog, sessionTimeoutMs = 10_000, writeBoundMs = writeBoundDefaultMs } = options
  const closing = new AbortController()
  const onLog = createKafkajsLog(log)
  const connect = (): KafkaConnection => createConnection(options, onLog)
  const control = connect()
  const topics = createTopics({
    connection: control,
    partitions: options.partitions,
    replication: options.replication,
    boundMs: writeBoundMs,
    log,
  })
  const { isIngress } = topics
  const logTime = createLogTime(control, topics, options.namespace)
  const faults = createOngoingFaults()
  const ends = createKnownEnds()
  const offsets = createOffsets({ connection: control, faults, ends, isIngress })
  const positions = createGroupPositions(control, writeBoundMs)
  const producer = createProducer({ connection: connect(), boundMs: writeBoundMs, log, faults, ends })
  const subscriptions = createSubscriptions()
  const fingerprintReader = { startOffset: offsets.start, read: offsets.read }
  let memberships: StoredMemberships | undefined
  const context: ReaderContext = { log, faults, ends, signal: closing.signal, isIngress, fingerprintReader }

  /** Opened by the first stage: a client that only reads and writes has no memberships. */
  function openMemberships(): StoredMemberships {
    const { membershipsPath: path } = options
    memberships ??= path === undefined ? withoutMemberships : openStoredMemberships({ path, log })
    return memberships
  }

  function throwWhenClosed(): void {
    if (closing.signal.aborted) throw new StreamUnavailableError('the streams are closed')
  }

  async function checkPartition(topic: string, partition: number): Promise<void> {
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
      totalSize(records)
      if (after) await durableFirst(after)
      const count = await topics.partitions(topic)
      within?.throwIfLost()
      const writes: Promise<number>[] = []
      for (const [partition, ofPartition] of Map.groupBy(records, record => partitionOf(record.key, count))) {
        for (const run of sliceBySize(ofPartition)) writes.push(producer.write(topic, partition, run))
      }
      const failed = (await Promise.allSettled(writes)).find(written => written.status === 'rejected')
      if (failed) throw failed.reason
    },
    async append(topic, partition, records, { within, after } = {}) {
      checkAppend(records)
      if (after) await durableFirst(after)
      await checkPartition(topic, partition)
      within?.throwIfLost()
      return producer.write(topic, partition, records)
    },
    async startOffset(topic, partition) {
      await checkPartition(topic, partition)
      return offsets.start(topic, partition)
    },
    async endOffset(topic, partition) {
      await checkPartition(topic, partition)
      return offsets.end(topic, partition)
    },
    async offsetAt(topic, partition, timestampMs) {
      await checkPartition(topic, partition)
      return offsets.at(topic, partition, timestampMs)
    },
    async *read(topic, partition, from, to) {
      await checkPartition(topic, partition)
      yield* offsets.read(topic, partition, from, to)
    },
    async logTime() {
      throwWhenClosed()
      return logTime()
    },
    async tail(tailOptions) {
      throwWhenClosed()
      return subscriptions.track(startTail(connect(), tailOptions, context))
    },
    async stage(stageOptions) {
      throwWhenClosed()
      const connections = { joining: connect(), fetching: connect(), control }
      return subscriptions.track(startStage(connections, stageOptions, { ...context, sessionTimeoutMs, memberships: openMemberships() }))
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
      const answer = control.use([], async cluster => (await cluster.brokerPool.findConnectedBroker()).apiVersions())
      await within(answer, pingMs, () => new StreamUnavailableError(`no answer from ${options.brokers.join(', ')} within ${pingMs} ms`))
      throwOngoing(faults)
    },
    async close() {
      if (closing.signal.aborted) return
      const stopped = subscriptions.stopAll()
      // Subscriptions that are still starting are aborted. Running ones end in order and may still write.
      closing.abort()
      await stopped
      await producer.close()
      await control.close()
      await memberships?.close()
    },
  }
}

/**
 * Trap: a broker refuses a request with more than 1 MB for one partition, permanently. So a large publish is split into
 * several batches, in order.
 */
function sliceBySize(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const slices: OutgoingRecord[][] = []
  let slice: OutgoingRecord[] = []
  let weight = 0
  for (const record of records) {
    const more = recordSize(record)
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
