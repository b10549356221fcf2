import { crc32 } from 'node:zlib'
import { GroupInUseError, isSettledWithin, type OutgoingRecord, type Streams, StreamUnavailableError } from '@holdfast/streams'
import { durableFirst } from '@holdfast/streams/driver/durable-first'
import { createOngoingFaults, type FaultBounds, throwOngoing } from '@holdfast/streams/driver/ongoing-faults'
import { yieldToEventLoop } from '@holdfast/streams/driver/pause'
import { checkAppend, totalSize } from '@holdfast/streams/driver/record-size'
import { createSubscriptions } from '@holdfast/streams/driver/subscriptions'
import type { MemoryClient } from './client.ts'
import type { MemoryLog } from './memory-log.ts'
import { type Perform, performAtOnce } from './perform.ts'
import { startStage } from './stage.ts'
import { startTail } from './tail.ts'

export interface MemoryStreamsOptions {
  readonly log: MemoryLog
  /** Default: each call is done at once. */
  readonly perform?: Perform
  readonly description?: string
  /** How many of the records that a fetch could give it gives, at least one. Default all. */
  readonly batchOf?: (available: number) => number
  /** How long a reader fails or stands still before `ping` says so. Default 5 s and 10 s. */
  readonly faultBounds?: FaultBounds | undefined
}

const readBatchMax = 1_000
const pingMs = 1_000

/** The stream port on a log in memory, as the client of one process. */
export function createMemoryStreams(options: MemoryStreamsOptions): Streams {
  const { log, perform = performAtOnce, description = 'a log in memory', batchOf = available => available, faultBounds } = options
  const { broker } = log
  const closing = new AbortController()
  const faults = createOngoingFaults(() => broker.nowMs(), faultBounds)
  const subscriptions = createSubscriptions()
  const told = new Map<string, number>()
  let isClosed = false

  /** Nothing of a process that has crashed goes on. */
  const never = <T>(): Promise<T> => new Promise(() => {})

  async function ask<T>(call: Parameters<MemoryClient['call']>[0], work: () => T): Promise<T> {
    if (isClosed) throw new StreamUnavailableError('the streams are closed')
    if (broker.isForgotten(streams)) return never()
    try {
      const answer = await perform({ port: 'streams', ...call }, work)
      return broker.isForgotten(streams) ? await never() : answer
    } catch (error) {
      if (broker.isForgotten(streams)) return never()
      throw error
    }
  }

  const client: MemoryClient = { broker, faults, closing: closing.signal, itself: () => streams, call: ask, batchOf }

  const partitionFor = (topic: string, key: string): number =>
    crc32(key) % Math.min(broker.partitionsOf(topic).length, told.get(topic) ?? Number.POSITIVE_INFINITY)

  const write = (operation: string, topic: string, partition: number, records: readonly OutgoingRecord[]): Promise<number> =>
    ask({ operation, topic, partition, writes: true }, () => broker.partition(topic, partition).append(records, broker.nowMs()))

  const endOf = (topic: string, partition: number): Promise<number> =>
    ask({ operation: 'endOffset', topic, partition, writes: false }, () => broker.partition(topic, partition).records.length)

  function throwWhenClosing(): void {
    if (closing.signal.aborted) throw new StreamUnavailableError('the streams are closed')
  }

  const streams: Streams = {
    description,
    async ensureTopics(specs) {
      for (const { name, partitions } of specs) if (partitions !== 'shared') told.set(name, partitions)
      await ask({ operation: 'ensureTopics', writes: true }, () => broker.addTopics(specs))
    },
    partitionCount: topic => ask({ operation: 'partitionCount', topic, writes: false }, () => broker.partitionsOf(topic).length),
    partitionOf: async (topic, key) => partitionFor(topic, key),
    async publish(topic, records, { within, after } = {}) {
      totalSize(records)
      if (after) await durableFirst(after)
      within?.throwIfLost()
      const byPartition = Map.groupBy(records, ({ key }) => partitionFor(topic, key))
      const writes = [...byPartition].map(([partition, ofPartition]) => write('publish', topic, partition, ofPartition))
      const failed = (await Promise.allSettled(writes)).find(written => written.status === 'rejected')
      if (failed) throw failed.reason
    },
    async append(topic, partition, records, { within, after } = {}) {
      checkAppend(records)
      if (after) await durableFirst(after)
      within?.throwIfLost()
      return write('append', topic, partition, records)
    },
    startOffset: (topic, partition) =>
      ask({ operation: 'startOffset', topic, partition, writes: false }, () => {
        broker.partition(topic, partition)
        return 0
      }),
    endOffset: endOf,
    offsetAt: (topic, partition, timestampMs) =>
      ask({ operation: 'offsetAt', topic, partition, writes: false }, () => broker.partition(topic, partition).offsetAt(timestampMs)),
    logTime: () => ask({ operation: 'logTime', writes: false }, () => broker.nowMs()),
    async *read(topic, partition, from, to) {
      const end = Math.min(to, await endOf(topic, partition))
      let position = from
      while (position < end) {
        const records = await ask({ operation: 'fetch', topic, partition, writes: false }, () => {
          const there = broker.partition(topic, partition)
          return there.fetch(there.placeAt(position), Math.min(readBatchMax, end - position), batchOf).records
        })
        if (records.length === 0) throw new StreamUnavailableError(`partition ${partition} of ${topic} returns no records`)
        yield records
        position += records.length
        await yieldToEventLoop()
      }
    },
    async tail(tailOptions) {
      throwWhenClosing()
      return subscriptions.track(startTail(client, tailOptions))
    },
    async stage(stageOptions) {
      throwWhenClosing()
      return subscriptions.track(startStage(client, stageOptions))
    },
    positions: (name, topic) =>
      ask({ operation: 'positions', topic, group: name, writes: false }, () => {
        const group = broker.group(name)
        const found = broker.partitionsOf(topic).map((_, partition) => [partition, group.position(topic, partition)] as const)
        return new Map(found.flatMap(([partition, offset]) => (offset === undefined ? [] : [[partition, offset]])))
      }),
    setPositions: (name, topic, positions) =>
      ask({ operation: 'setPositions', topic, group: name, writes: true }, () => {
        const group = broker.group(name)
        if (group.hasMembers()) throw new GroupInUseError(`the group ${name} has members: stop every service first`)
        for (const [partition, offset] of positions) group.setPosition(topic, partition, offset)
      }),
    async ping() {
      const answered = ask({ operation: 'ping', writes: false }, () => true)
      if (!(await isSettledWithin(answered, pingMs))) throw new StreamUnavailableError(`no answer from ${description} within ${pingMs} ms`)
      await answered
      throwOngoing(faults)
    },
    async close() {
      const stopped = subscriptions.stopAll()
      // What is still starting gives up; what runs ends in order, and may still write.
      closing.abort()
      await stopped
      isClosed = true
    },
  }
  return streams
}
