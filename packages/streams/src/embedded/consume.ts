import type { OngoingFaults } from '../ongoing-faults.ts'
import { createPartitionLane, type PartitionLane } from '../partition-lane.ts'
import { type BackOff, createBackOff, pause, yieldToEventLoop } from '../pause.ts'
import type { Durability, StageOptions, StreamRecord, Subscription, TailOptions } from '../port.ts'
import { reportSafely } from '../report-safely.ts'
import { deliverToTail } from '../tail-delivery.ts'
import type { Member } from './group.ts'
import type { LogCore } from './log-core.ts'

const batchMaxDefault = 500
/** Who follows a topic from behind has its records read from the disk, some 2 ms for so many, and nothing else is done meanwhile; what lies in memory still takes no time. */
const tailBatchMax = { read: 128, kept: 1024 }

interface Reader {
  /** The next records; waits for them. Undefined when the signal aborts. Never rejects. */
  next(from: number): Promise<StreamRecord[] | undefined>
}

interface ReaderOptions {
  /** So many records are given at once: of those that have to be read from the disk, and of those that are kept in memory still. */
  readonly max: { readonly read: number; readonly kept: number }
  readonly sees: Durability
  readonly signal: AbortSignal
  readonly faults: OngoingFaults
  /** Told when the file can't be read, before it is tried again. */
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
          // No await between looking and waiting, so a commit can't fall between the two.
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

/** A partition in the hands of a stage. */
interface Holding {
  readonly topic: string
  readonly partition: number
  lane: PartitionLane
  /** Resolves when nothing of it runs any more. */
  done: Promise<void>
  /** Aborted where it is released, or its work is rolled back once more. */
  next: AbortController
  /** Between a rollback and the next worker: a full disk rolls back each try. */
  readonly backOff: BackOff
}

/** Longer, and the engine would be late to see that there is room again. */
const restartPauseMsMax = 2_000

/** Runs a stage on its share of the partitions. */
export async function startStage(core: LogCore, options: StageOptions, faults: OngoingFaults): Promise<Subscription> {
  const holdings = new Map<string, Holding>()
  /** Lanes of which the work was undone: how far they had come is nowhere. */
  const undone = new WeakSet<PartitionLane>()
  const unwritten = new Set<Promise<void>>()

  function commit(slot: number, lane: PartitionLane, backOff: BackOff): void {
    const written = core
      .commit(options.group, slot, lane.position())
      .then(backOff.reset)
      .catch(error => {
        if (!lane.signal.aborted) reportSafely(() => options.onFault(error, { topic: lane.topic, partition: lane.partition }))
      })
    unwritten.add(written)
    void written.then(() => unwritten.delete(written))
  }

  const slotOf = (topic: string, partition: number): number => core.topic(topic).firstSlot + partition

  function laneOf(topic: string, partition: number): PartitionLane {
    const slot = slotOf(topic, partition)
    return createPartitionLane(topic, partition, core.committed(options.group, slot) ?? core.log.start(slot), options, faults)
  }

  async function run(lane: PartitionLane, backOff: BackOff): Promise<void> {
    const { batchMax = batchMaxDefault } = options
    const reader = createReader(core, lane.topic, lane.partition, {
      max: { read: batchMax, kept: batchMax },
      sees: options.sees ?? 'durable',
      signal: lane.signal,
      faults,
      onFault: error => options.onFault(error, { topic: lane.topic, partition: lane.partition }),
    })
    for (;;) {
      const records = await reader.next(lane.position())
      if (!records || !(await lane.deliver(records)) || undone.has(lane)) return
      commit(slotOf(lane.topic, lane.partition), lane, backOff)
      await yieldToEventLoop()
    }
  }

  /** Stops a worker whose work may be undone. Another one starts at the committed offset, a pause after the file takes writes again. */
  function restart(holding: Holding, recovered: Promise<void>): Promise<unknown> {
    const { topic, partition, lane, done, backOff } = holding
    undone.add(lane)
    holding.next.abort()
    const next = new AbortController()
    holding.next = next
    const pauseMs = backOff.next()
    const stopped = Promise.all([lane.close(), done])
    holding.done = stopped
      .then(() => recovered)
      .then(() => pause(pauseMs, next.signal))
      .then(() => {
        if (next.signal.aborted) return
        holding.lane = laneOf(topic, partition)
        return run(holding.lane, backOff)
      })
    return stopped
  }

  const ignoreRollback =
    options.sees === 'ordered'
      ? core.onRollback(recovered => Promise.all([...holdings.values()].map(holding => restart(holding, recovered))))
      : () => undefined

  const member: Member = {
    topics: new Set(options.topics),
    take(topic, partition) {
      const lane = laneOf(topic, partition)
      const backOff = createBackOff(undefined, restartPauseMsMax)
      holdings.set(`${topic}\n${partition}`, { topic, partition, lane, done: run(lane, backOff), next: new AbortController(), backOff })
    },
    async release(topic, partition) {
      const held = holdings.get(`${topic}\n${partition}`)
      if (!held) return
      held.next.abort()
      await held.lane.close()
      await held.done
      holdings.delete(`${topic}\n${partition}`)
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
    // Positions ride along with a commit; here it is.
    if (unwritten.size > 0) await Promise.allSettled([core.file.write(() => undefined), ...unwritten])
  }

  return {
    stop() {
      stopped ??= leave()
      return stopped
    },
  }
}

/** Follows all partitions of a topic, each in a loop of its own. */
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
