import { crc32 } from 'node:zlib'
import type { SqliteFile } from '@holdfast/sqlite'
import { type StreamsLog, silentLog } from '../log.ts'
import { nextTurn } from '../pause.ts'
import { GroupInUseError, type OutgoingRecord, type Streams, StreamUnavailableError, type Subscription } from '../port.ts'
import { createStandingFaults, throwStanding } from '../standing-faults.ts'
import { type MachineTime, systemTime } from '../system-time.ts'
import { checkAppend, weigh } from '../weight.ts'
import { startStage, startTail } from './consume.ts'
import { createLogClock } from './log-clock.ts'
import { coreOf } from './log-core.ts'
import { startPruning } from './prune.ts'
import type { TopicRow } from './record-log.ts'

export interface EmbeddedStreamsOptions {
  /** The log shares the file with other tables; who opened it closes it, after the streams. */
  readonly file: SqliteFile
  /** Partitions of topics whose count is `shared`, in a file that has none yet. */
  readonly partitions: number
  readonly log?: StreamsLog
  /** Default that of this machine. */
  readonly time?: MachineTime
  /** In milliseconds since 1970: somebody says that the clock was right when it said this, so that a file that was closed for longer than a day can be told from a clock that leapt. */
  readonly confirmedMs?: number | undefined
}

/** Bounds how long one publish holds the event loop: about 20 ms. */
const recordsPerWriteMax = 2_000
const readBatchMax = 1_000
/** A stamp costs a write to the disk. */
const stampEveryMs = 60_000

/** The stream port on one SQLite file of this process. Several streams may stand on one file; they share groups and see each other's records. */
export function createEmbeddedStreams(options: EmbeddedStreamsOptions): Streams {
  const { file, log = silentLog, time = systemTime, confirmedMs } = options
  const core = coreOf(file)
  let stampedMs = core.log.stampedMs()
  const clock = createLogClock({ time, stampedMs, confirmedMs })
  const subscriptions = new Set<Subscription>()
  const faults = createStandingFaults()
  const pruning = startPruning(core, clock, log)
  const told = new Map<string, number>()
  let closed = false

  function slotOf(topic: TopicRow, partition: number): number {
    if (!Number.isInteger(partition) || partition < 0 || partition >= topic.partitions) {
      throw new Error(`topic ${topic.name} has no partition ${partition}`)
    }
    return topic.firstSlot + partition
  }

  /** Nothing of work that fails is written: the disk is full or the file is closed. */
  async function write<T>(work: () => T): Promise<T> {
    if (closed) throw new StreamUnavailableError('the streams are closed')
    try {
      return await file.write(work)
    } catch (error) {
      throw new StreamUnavailableError((error as Error).message, { cause: error })
    }
  }

  function appendAll(bySlot: ReadonlyMap<number, readonly OutgoingRecord[]>): void {
    const nowMs = clock.nowMs()
    for (const [slot, records] of bySlot) {
      core.log.append(slot, records, nowMs)
      core.touch(slot)
    }
  }

  /** The same key falls into the same partition of all topics with the same count. */
  const partitionFor = ({ name, partitions }: TopicRow, key: string): number =>
    crc32(key) % Math.min(partitions, told.get(name) ?? Number.POSITIVE_INFINITY)

  function groupBySlot(topic: TopicRow, records: readonly OutgoingRecord[]): Map<number, OutgoingRecord[]> {
    const bySlot = new Map<number, OutgoingRecord[]>()
    for (const record of records) {
      const slot = topic.firstSlot + partitionFor(topic, record.key)
      const found = bySlot.get(slot)
      if (found) found.push(record)
      else bySlot.set(slot, [record])
    }
    return bySlot
  }

  function keep(subscription: Subscription): Subscription {
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
      for (const { name, partitions } of specs) if (partitions !== 'shared') told.set(name, partitions)
      await core.addTopics(specs, options.partitions)
    },
    partitionCount: async topic => core.topic(topic).partitions,
    partitionOf: async (name, key) => partitionFor(core.topic(name), key),
    async publish(name, records) {
      const topic = core.topic(name)
      weigh(records)
      for (let from = 0; from < records.length; from += recordsPerWriteMax) {
        const bySlot = groupBySlot(topic, records.slice(from, from + recordsPerWriteMax))
        await write(() => appendAll(bySlot))
      }
    },
    async append(name, partition, records) {
      const slot = slotOf(core.topic(name), partition)
      checkAppend(records)
      return write(() => {
        core.touch(slot)
        return core.log.append(slot, records, clock.nowMs())
      })
    },
    startOffset: async (name, partition) => core.log.start(slotOf(core.topic(name), partition)),
    endOffset: async (name, partition) => core.end(slotOf(core.topic(name), partition)),
    offsetAt: async (name, partition, timestampMs) => core.log.offsetAt(slotOf(core.topic(name), partition), timestampMs),
    async logTime() {
      const nowMs = clock.nowMs()
      if (stampedMs === undefined || nowMs - stampedMs >= stampEveryMs) {
        await write(() => core.log.stamp(nowMs))
        stampedMs = nowMs
      }
      return nowMs
    },
    async *read(name, partition, from, to) {
      const topic = core.topic(name)
      const end = Math.min(to, core.end(slotOf(topic, partition)))
      let position = from
      while (position < end) {
        const records = core.log.read(topic, partition, position, end, readBatchMax)
        const last = records.at(-1)
        if (!last) return
        yield records
        position = last.offset + 1
        await nextTurn()
      }
    },
    tail: async tailOptions => keep(startTail(core, tailOptions, faults)),
    stage: async stageOptions => keep(await startStage(core, stageOptions, faults)),
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
      throwStanding(faults)
    },
    async close() {
      await pruning.stop()
      // A worker that closes may still publish.
      await Promise.all([...subscriptions].map(subscription => subscription.stop()))
      closed = true
    },
  }
}
