import { crc32 } from 'node:zlib'
import type { SqliteFile } from '@holdfast/sqlite'
import { durableFirst } from '../durable-first.ts'
import { type StreamsLog, silentLog } from '../log.ts'
import { createOngoingFaults, type FaultBounds, throwOngoing } from '../ongoing-faults.ts'
import { yieldToEventLoop } from '../pause.ts'
import {
  GroupInUseError,
  type OutgoingRecord,
  type Streams,
  StreamUnavailableError,
  type Subscription,
  type WriteOptions,
} from '../port.ts'
import { checkAppend, totalSize } from '../record-size.ts'
import { type MachineTime, systemTime } from '../system-time.ts'
import { startStage, startTail } from './consume.ts'
import { createLogClock } from './log-clock.ts'
import { type Append, coreOf } from './log-core.ts'
import { startPruning } from './prune.ts'
import type { TopicRow } from './record-log.ts'

export interface EmbeddedStreamsOptions {
  /** The log shares the file with other tables. The opener closes it, after the streams. */
  readonly file: SqliteFile
  /** Partitions of topics whose count is `shared`, in a file that has none yet. */
  readonly partitions: number
  readonly log?: StreamsLog
  /** Default: the clock of this machine. */
  readonly time?: MachineTime
  /**
   * In milliseconds since 1970: the instant at which an operator confirmed the clock. It tells a file that was closed
   * for over a day from a clock that jumped, and a clock that was ahead from one that is behind.
   */
  readonly confirmedMs?: number | undefined
  /** How long a reader may fail or stall before `ping` reports it. Default 5 s and 10 s. */
  readonly faultBounds?: FaultBounds | undefined
}

/** Limits how long one publish blocks the event loop: about 20 ms. */
const recordsPerWriteMax = 2_000
const readBatchMax = 1_000
/** Each stamp costs a disk write. */
const stampEveryMs = 60_000

/**
 * The stream port on one SQLite file of this process. Several streams may use one file; they share groups and see each
 * other's records.
 */
export function createEmbeddedStreams(options: EmbeddedStreamsOptions): Streams {
  const { file, log = silentLog, time = systemTime, confirmedMs, faultBounds } = options
  const core = coreOf(file)
  let stampedMs = core.log.stampedMs()
  const clock = createLogClock({ time, stampedMs, confirmedMs })
  const subscriptions = new Set<Subscription>()
  const faults = createOngoingFaults(Date.now, faultBounds)
  const pruning = startPruning(core, clock, log)
  const specifiedCounts = new Map<string, number>()
  let closed = false

  function slotOf(topic: TopicRow, partition: number): number {
    if (!Number.isInteger(partition) || partition < 0 || partition >= topic.partitions) {
      throw new Error(`topic ${topic.name} has no partition ${partition}`)
    }
    return topic.firstSlot + partition
  }

  /** If the file is closed or the disk is full, nothing is written. */
  async function available<T>(work: () => T | Promise<T>): Promise<T> {
    if (closed) throw new StreamUnavailableError('the streams are closed')
    try {
      return await work()
    } catch (error) {
      throw new StreamUnavailableError((error as Error).message, { cause: error })
    }
  }

  /** Returns the first offset of each append. */
  async function order(appends: readonly Append[], { within, after }: WriteOptions = {}): Promise<number[]> {
    const isHeldUntil = after !== undefined && file.canHold
    if (after && !isHeldUntil) await durableFirst(after)
    within?.throwIfLost()
    return available(async () => {
      if (isHeldUntil) file.holdUntil(after)
      const firsts = core.append(appends, clock.nowMs())
      if (!within) await file.committed()
      return firsts
    })
  }

  /**
   * Waits for the open transaction even if this slot has nothing to commit, because it may hold earlier writes to other
   * topics.
   */
  async function durableEnd(slot: number): Promise<number> {
    await available(() => file.committed())
    return core.end(slot, 'durable')
  }

  /** A key goes to the same partition of all topics with the same partition count. */
  const partitionFor = ({ name, partitions }: TopicRow, key: string): number =>
    crc32(key) % Math.min(partitions, specifiedCounts.get(name) ?? Number.POSITIVE_INFINITY)

  function appendsOf(topic: TopicRow, records: readonly OutgoingRecord[]): Append[] {
    const byPartition = Map.groupBy(records, ({ key }) => partitionFor(topic, key))
    return [...byPartition].map(([partition, ofPartition]) => ({ topic, partition, records: ofPartition }))
  }

  function track(subscription: Subscription): Subscription {
    const kept: Subscription = {
      async stop() {
        await subscription.stop()
        subscriptions.delete(kept)
      },
    }
    subscriptions.add(kept)
    return kept
  }

  return {
    description: `SQLite file at ${file.path}`,
    async ensureTopics(specs) {
      for (const { name, partitions } of specs) if (partitions !== 'shared') specifiedCounts.set(name, partitions)
      await core.addTopics(specs, options.partitions)
    },
    partitionCount: async topic => core.topic(topic).partitions,
    partitionOf: async (name, key) => partitionFor(core.topic(name), key),
    async publish(name, records, writeOptions) {
      const topic = core.topic(name)
      totalSize(records)
      for (let from = 0; from < records.length; from += recordsPerWriteMax)
        await order(appendsOf(topic, records.slice(from, from + recordsPerWriteMax)), writeOptions)
    },
    async append(name, partition, records, writeOptions) {
      const topic = core.topic(name)
      slotOf(topic, partition)
      checkAppend(records)
      const [first = 0] = await order([{ topic, partition, records }], writeOptions)
      return first
    },
    startOffset: async (name, partition) => core.log.start(slotOf(core.topic(name), partition)),
    endOffset: async (name, partition) => durableEnd(slotOf(core.topic(name), partition)),
    offsetAt: async (name, partition, timestampMs) => core.log.offsetAt(slotOf(core.topic(name), partition), timestampMs),
    async logTime() {
      const nowMs = clock.nowMs()
      // A confirmed clock may be behind a stamp that was made while it was ahead.
      if (stampedMs === undefined || Math.abs(nowMs - stampedMs) >= stampEveryMs) {
        await available(() => file.write(() => core.log.stamp(nowMs)))
        stampedMs = nowMs
      }
      return nowMs
    },
    async *read(name, partition, from, to) {
      const topic = core.topic(name)
      const slot = slotOf(topic, partition)
      const end = to <= core.end(slot, 'durable') ? to : Math.min(to, await durableEnd(slot))
      let position = from
      while (position < end) {
        const records = core.log.read(topic, partition, position, end, readBatchMax)
        const last = records.at(-1)
        if (!last) return
        yield records
        position = last.offset + 1
        await yieldToEventLoop()
      }
    },
    tail: async tailOptions => track(startTail(core, tailOptions, faults)),
    stage: async stageOptions => track(await startStage(core, stageOptions, faults)),
    async positions(group, name) {
      const { firstSlot, partitions } = core.topic(name)
      const found = Array.from({ length: partitions }, (_, partition) => [partition, core.committed(group, firstSlot + partition)] as const)
      return new Map(found.flatMap(([partition, offset]) => (offset === undefined ? [] : [[partition, offset]])))
    },
    async setPositions(group, name, positions) {
      const topic = core.topic(name)
      if (core.group(group).hasMembers()) throw new GroupInUseError(`the group ${group} has members: stop every service first`)
      await Promise.all([...positions].map(([partition, offset]) => core.commit(group, slotOf(topic, partition), offset)))
    },
    async ping() {
      if (closed) throw new StreamUnavailableError('the streams are closed')
      core.log.topics()
      throwOngoing(faults)
    },
    async close() {
      await pruning.stop()
      // A worker that closes may still publish.
      await Promise.all([...subscriptions].map(subscription => subscription.stop()))
      closed = true
    },
  }
}
