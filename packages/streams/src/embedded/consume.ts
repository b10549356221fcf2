import type { OngoingFaults } from '../ongoing-faults.ts'
import { createPartitionConsumer, type PartitionConsumer } from '../partition-consumer.ts'
import { type BackOff, createBackOff, pause, yieldToEventLoop } from '../pause.ts'
import type { Durability, StageOptions, StreamRecord, Subscription, TailOptions } from '../port.ts'
import { reportSafely } from '../report-safely.ts'
import { deliverToTail } from '../tail-delivery.ts'
import type { Member } from './group.ts'
import type { LogCore } from './log-core.ts'

const batchMaxDefault = 500
/**
 * A slow tail reads its records from the disk, which blocks the event loop for about 2 ms per this many. Records in
 * memory take no time.
 */
const tailBatchMax = { read: 128, fresh: 1024 }

interface Reader {
  /** The next records; waits for them. Undefined when the signal aborts. Never rejects. */
  next(from: number): Promise<StreamRecord[] | undefined>
}

interface ReaderOptions {
  /** The most records at once: read from the disk, and still in memory. */
  readonly max: { readonly read: number; readonly fresh: number }
  readonly sees: Durability
  readonly signal: AbortSignal
  readonly faults: OngoingFaults
  /** Called before a retry if the file can't be read. */
  onFault(error: unknown): void
}

function createReader(core: LogCore, topicName: string, partition: number, options: ReaderOptions): Reader {
  const { max, sees, signal, faults, onFault } = options
  const backOff = createBackOff()
  const topic = core.topic(topicName)
  const slot = topic.firstSlot + partition
  return {
    async next(from) {
      while (!signal.aborted) {
        try {
          // No await between check and wait, so a commit can't fall between the two.
          const end = core.end(slot, sees)
          const records = from < end ? core.follow(topic, partition, from, end, max) : []
          backOff.reset()
          faults.clear(options)
          if (records.length > 0) return records
          await core.grown(slot, sees, signal)
        } catch (error) {
          faults.note(options, `partition ${partition} of ${topicName} has not been read`, error)
          reportSafely(() => onFault(error))
          await pause(backOff.next(), signal)
        }
      }
      faults.clear(options)
      return undefined
    },
  }
}

/** A partition that a stage owns. */
interface OwnedPartition {
  readonly topic: string
  readonly partition: number
  consumer: PartitionConsumer
  /** Resolves when it has stopped. */
  done: Promise<void>
  /** Aborted when the partition is released or rolled back again. */
  next: AbortController
  /** Between a rollback and the next worker: on a full disk every attempt is rolled back. */
  readonly backOff: BackOff
}

/** A longer pause would delay the recovery once there is space again. */
const restartPauseMsMax = 2_000

/** Runs a stage on its assigned partitions. */
export async function startStage(core: LogCore, options: StageOptions, faults: OngoingFaults): Promise<Subscription> {
  const ownedPartitions = new Map<string, OwnedPartition>()
  /** Workers whose work was rolled back; their offsets must not be committed. */
  const rolledBack = new WeakSet<PartitionConsumer>()
  const unwritten = new Set<Promise<void>>()

  function commit(slot: number, consumer: PartitionConsumer, backOff: BackOff): void {
    const written = core
      .commit(options.group, slot, consumer.position())
      .then(backOff.reset)
      .catch(error => {
        if (!consumer.signal.aborted) reportSafely(() => options.onFault(error, { topic: consumer.topic, partition: consumer.partition }))
      })
    unwritten.add(written)
    void written.then(() => unwritten.delete(written))
  }

  const slotOf = (topic: string, partition: number): number => core.topic(topic).firstSlot + partition

  function createConsumer(topic: string, partition: number): PartitionConsumer {
    const slot = slotOf(topic, partition)
    return createPartitionConsumer(topic, partition, core.committed(options.group, slot) ?? core.log.start(slot), options, faults)
  }

  async function run(consumer: PartitionConsumer, backOff: BackOff): Promise<void> {
    const { batchMax = batchMaxDefault } = options
    const reader = createReader(core, consumer.topic, consumer.partition, {
      max: { read: batchMax, fresh: batchMax },
      sees: options.readsFrom ?? 'durable',
      signal: consumer.signal,
      faults,
      onFault: error => options.onFault(error, { topic: consumer.topic, partition: consumer.partition }),
    })
    for (;;) {
      const records = await reader.next(consumer.position())
      if (!records || !(await consumer.deliver(records)) || rolledBack.has(consumer)) return
      commit(slotOf(consumer.topic, consumer.partition), consumer, backOff)
      await yieldToEventLoop()
    }
  }

  /**
   * Stops a worker whose work may be rolled back. A new one starts at the committed offset, after a pause and once the
   * file accepts writes again.
   */
  function restart(owned: OwnedPartition, recovered: Promise<void>): Promise<unknown> {
    const { topic, partition, consumer, done, backOff } = owned
    rolledBack.add(consumer)
    owned.next.abort()
    const next = new AbortController()
    owned.next = next
    const pauseMs = backOff.next()
    const stopped = Promise.all([consumer.close(), done])
    owned.done = stopped
      .then(() => recovered)
      .then(() => pause(pauseMs, next.signal))
      .then(() => {
        if (next.signal.aborted) return
        owned.consumer = createConsumer(topic, partition)
        return run(owned.consumer, backOff)
      })
    return stopped
  }

  const ignoreRollback =
    options.readsFrom === 'ordered'
      ? core.onRollback(recovered => Promise.all([...ownedPartitions.values()].map(owned => restart(owned, recovered))))
      : () => undefined

  const member: Member = {
    topics: new Set(options.topics),
    take(topic, partition) {
      const consumer = createConsumer(topic, partition)
      const backOff = createBackOff(undefined, restartPauseMsMax)
      ownedPartitions.set(`${topic}\n${partition}`, {
        topic,
        partition,
        consumer,
        done: run(consumer, backOff),
        next: new AbortController(),
        backOff,
      })
    },
    async release(topic, partition) {
      const owned = ownedPartitions.get(`${topic}\n${partition}`)
      if (!owned) return
      owned.next.abort()
      await owned.consumer.close()
      await owned.done
      ownedPartitions.delete(`${topic}\n${partition}`)
    },
  }

  for (const topic of options.topics) core.topic(topic)
  const group = core.group(options.group)
  try {
    await group.join(member)
  } catch (error) {
    await group.leave(member)
    throw error
  }
  let stopped: Promise<void> | undefined

  async function leave(): Promise<void> {
    await group.leave(member)
    ignoreRollback()
    // Offsets are written with the next commit, so trigger one.
    if (unwritten.size > 0) await Promise.allSettled([core.file.write(() => undefined), ...unwritten])
  }

  return {
    stop() {
      stopped ??= leave()
      return stopped
    },
  }
}

/** Follows all partitions of a topic, each in its own loop. */
export function startTail(core: LogCore, options: TailOptions, faults: OngoingFaults): Subscription {
  const topic = core.topic(options.topic)
  const ending = new AbortController()
  const { signal } = ending

  function startAt(partition: number): number {
    const slot = topic.firstSlot + partition
    if (options.from === 'end') return core.end(slot, 'durable')
    return (options.from === 'start' ? undefined : options.from.get(partition)) ?? core.log.start(slot)
  }

  async function follow(partition: number): Promise<void> {
    const reader = createReader(core, options.topic, partition, {
      max: tailBatchMax,
      sees: 'durable',
      signal,
      faults,
      onFault: options.onFault,
    })
    let position = startAt(partition)
    for (;;) {
      const records = await reader.next(position)
      if (!records) return
      await deliverToTail(options, records, signal, faults)
      position = (records.at(-1)?.offset ?? position - 1) + 1
      await yieldToEventLoop()
    }
  }

  const running = Promise.all(Array.from({ length: topic.partitions }, (_, partition) => follow(partition)))
  return {
    async stop() {
      ending.abort()
      await running
    },
  }
}
