// Processes the partitions that a consumer group assigns to one member, on Kafka.
// Callers: createKafkaStreams, for `Streams.stage`. Three parts have a life cycle each:
// - group-member.ts joins the group, commits offsets, and reports partitions as assigned, revoked or lost.
// - this file keeps an OwnedPartition for each: waiting for the former worker → checked for truncation → running →
//   releasing → released. Revoked: the worker closes and its offset is committed first, within 12 s. Lost: the worker
//   is aborted, and nothing is committed.
// - partition-lane.ts runs the worker of one partition: open → batches in order → closed, or reopened after a fault.
// Records come from fetcher.ts into one inbox per partition, so a slow partition delays no other.

import type { StreamsLog } from '../log.ts'
import { type FingerprintReader, fingerprintsAfterBatch, type LogFingerprints, unchangedUpTo } from '../log-fingerprints.ts'
import type { OngoingFaults } from '../ongoing-faults.ts'
import { createPartitionConsumer, type PartitionConsumer } from '../partition-consumer.ts'
import { createBackOff, pause, yieldToEventLoop } from '../pause.ts'
import type { StageOptions, Subscription } from '../port.ts'
import { reportSafely } from '../report-safely.ts'
import { isSettledWithin } from '../waits.ts'
import { nameOf, type Partition } from './assign-partitions.ts'
import type { KafkaConnection } from './connection.ts'
import { asKafkaError } from './faults.ts'
import { createFetcher, type Feed } from './fetcher.ts'
import { type AssignedPartition, createGroupMember, type Position } from './group-member.ts'
import { createInbox, type Inbox } from './inbox.ts'
import type { KnownEnds } from './known-ends.ts'
import type { StoredMemberships } from './stored-memberships.ts'

const batchMaxDefault = 500
/**
 * Offsets are committed together, this long after the first batch. One commit per batch would cost a request each.
 * After a crash at most this much is processed again, which is always safe.
 */
const commitAfterMs = 100
const commitBoundMs = 2_000

const truncationMessage =
  'the log was truncated: records that the group had processed are lost. It continues from the last unchanged offset'

/**
 * How long a worker may take to close before its partition is released anyway. Longer than a write's timeout (10 s), so
 * that it writes nothing late, and shorter than the rebalance timeout. Delays only partitions that change owner.
 */
const releaseMs = 12_000

export interface StageConnections {
  /** Blocks in joins. */
  readonly joining: KafkaConnection
  /** Blocks in fetches. */
  readonly fetching: KafkaConnection
  /** Never blocks at the broker. Not closed here. */
  readonly control: KafkaConnection
}

/** A partition from its assignment to its release or loss. */
interface OwnedPartition extends Partition {
  running: { readonly lane: PartitionConsumer; readonly feed: Feed; readonly done: Promise<LogFingerprints> } | undefined
  /** The worker is closing, and the partition will be released. */
  isClosing: boolean
  /** Another member may own it now. A late batch must not commit its offset, because the new owner may be further. */
  isReleased: boolean
}

/** What the readers of a stage and of a tail share. */
export interface ReaderContext {
  readonly log: StreamsLog
  readonly faults: OngoingFaults
  readonly ends: KnownEnds
  readonly signal: AbortSignal
  /** Whether members write this topic. */
  isIngress(topic: string): boolean
  /** Reads the record right before an offset, to detect truncation. */
  readonly fingerprintReader: FingerprintReader
}

export interface StageContext extends ReaderContext {
  readonly sessionTimeoutMs: number
  readonly memberships: StoredMemberships
}

/** A newly added partition waits for the request that the broker holds to end. */
const fetchWaitMs = 250

/** Runs a stage over its own connections, which it closes. Resolves after the first assignment. */
export async function startStage(connections: StageConnections, options: StageOptions, context: StageContext): Promise<Subscription> {
  const { group } = options
  const { sessionTimeoutMs, memberships, log, faults, ends, signal } = context
  const fetcher = createFetcher({
    connection: connections.fetching,
    log,
    faults,
    ends,
    waitMs: fetchWaitMs,
    onFault: error => log.warn({ group, fault: asKafkaError(error).message }, 'Fetch failed; retrying'),
  })
  const ownedPartitions = new Map<string, OwnedPartition>()
  /** Workers that are still closing, also of lost partitions. */
  const closingWorkers = new Map<string, Promise<unknown>>()
  /** Offsets to be committed. */
  const positions = new Map<OwnedPartition, Position>()
  let commitTimer: NodeJS.Timeout | undefined
  let committing = Promise.resolve()

  const member = createGroupMember({
    joining: connections.joining,
    control: connections.control,
    group,
    topics: options.topics,
    sessionTimeoutMs,
    memberships,
    log,
    faults,
    owned: () => [...ownedPartitions.values()],
    onAssigned: assign,
    onRevoked: release,
    onLost: releaseAll,
  })

  /** Workers open at once, not with their first record, because they may have timers of their own. */
  function assign(partitions: readonly AssignedPartition[]): void {
    for (const assigned of partitions) {
      const { topic, partition } = assigned
      const owned: OwnedPartition = { topic, partition, running: undefined, isClosing: false, isReleased: false }
      ownedPartitions.set(nameOf(owned), owned)
      const former = closingWorkers.get(nameOf(owned))
      void (former ?? Promise.resolve()).then(() => beginAfterCheck(owned, assigned))
    }
  }

  /** Starts at the committed offset, or at the newest unchanged one if the log was truncated. */
  async function beginAfterCheck(owned: OwnedPartition, assigned: AssignedPartition): Promise<void> {
    const { topic, partition, committed, fingerprints } = assigned
    const reached = await lastUnchangedOffset(owned, assigned)
    if (owned.isClosing || owned.isReleased) return
    if (reached === committed) return begin(owned, assigned)
    log.warn({ group, topic, partition, position: committed, from: reached }, truncationMessage)
    begin(owned, { ...assigned, committed: reached, fingerprints: fingerprints.filter(({ next }) => next <= reached) })
  }

  async function lastUnchangedOffset(
    owned: OwnedPartition,
    { topic, partition, committed, fingerprints }: AssignedPartition,
  ): Promise<number> {
    const backOff = createBackOff()
    while (fingerprints.length > 0 && !owned.isClosing && !owned.isReleased) {
      try {
        const reached = await unchangedUpTo(context.fingerprintReader, topic, partition, fingerprints)
        return reached === fingerprints.at(-1)?.next ? committed : reached
      } catch (error) {
        reportSafely(() => options.onFault(error, { topic, partition }))
        await pause(backOff.next(), signal)
      }
    }
    return committed
  }

  function begin(owned: OwnedPartition, { committed, fingerprints }: AssignedPartition): void {
    const { topic, partition } = owned
    const lane = createPartitionConsumer(topic, partition, committed, options, faults, member.checkSession)
    const inbox = createInbox(lane.signal, () => fetcher.wake())
    const isIngress = context.isIngress(topic)
    const onTruncated = (): void => beginAgain(owned)
    const { wants, push } = inbox
    const feed: Feed = { topic, partition, isIngress, position: committed, last: fingerprints.at(-1), onTruncated, wants, push }
    owned.running = { lane, feed, done: work(owned, lane, inbox, fingerprints) }
    fetcher.add([feed])
  }

  /** After truncation the worker's state may be wrong, so a new worker is opened. */
  function beginAgain(owned: OwnedPartition): void {
    const { running } = owned
    if (!running || owned.isClosing) return
    owned.running = undefined
    const { lane, done } = running
    const closed = lane.close().then(() => done)
    const name = nameOf(owned)
    closingWorkers.set(name, closed)
    void closed.then(fingerprints => {
      if (closingWorkers.get(name) === closed) closingWorkers.delete(name)
      return beginAfterCheck(owned, { topic: owned.topic, partition: owned.partition, committed: lane.position(), fingerprints })
    })
  }

  /** Resolves with the fingerprints at the offset where it ends. */
  async function work(owned: OwnedPartition, lane: PartitionConsumer, inbox: Inbox, before: LogFingerprints): Promise<LogFingerprints> {
    let fingerprints = before
    for (;;) {
      const records = await inbox.take(options.batchMax ?? batchMaxDefault)
      if (!records || !(await lane.deliver(records))) return fingerprints
      fingerprints = fingerprintsAfterBatch(fingerprints, records)
      recordPosition(owned, lane, fingerprints)
      await yieldToEventLoop()
    }
  }

  function recordPosition(owned: OwnedPartition, { topic, partition, position }: PartitionConsumer, fingerprints: LogFingerprints): void {
    if (owned.isReleased) return
    positions.set(owned, { topic, partition, offset: position(), fingerprints })
    commitTimer ??= setTimeout(() => void commit(), commitAfterMs)
  }

  /** One commit at a time. A failed one puts its offsets back for the next. */
  function commit(): Promise<void> {
    clearTimeout(commitTimer)
    commitTimer = undefined
    committing = committing.then(commitNow)
    return committing
  }

  async function commitNow(): Promise<void> {
    const moved = [...positions]
    positions.clear()
    try {
      await member.commit(moved.map(([, position]) => position))
    } catch (error) {
      log.debug({ group, fault: asKafkaError(error).message }, 'Offset commit failed; retrying')
      // Keep the offset of a partition that advanced meanwhile.
      for (const [owned, position] of moved) if (!owned.isReleased && !positions.has(owned)) positions.set(owned, position)
      if (positions.size > 0) commitTimer ??= setTimeout(() => void commit(), commitAfterMs * 10)
    }
  }

  /** Resolves when the worker is closed. */
  async function end(owned: OwnedPartition): Promise<void> {
    const name = nameOf(owned)
    const { running } = owned
    if (running && !owned.isClosing) {
      fetcher.remove([running.feed])
      const closed = running.lane.close().then(() => running.done)
      closingWorkers.set(name, closed)
      void closed.then(() => closingWorkers.get(name) === closed && closingWorkers.delete(name))
    }
    owned.isClosing = true
    await closingWorkers.get(name)
  }

  function forget(owned: OwnedPartition): void {
    owned.isReleased = true
    positions.delete(owned)
    if (ownedPartitions.get(nameOf(owned)) === owned) ownedPartitions.delete(nameOf(owned))
  }

  async function release(partitions: readonly Partition[]): Promise<void> {
    const closing = partitions.flatMap(each => ownedPartitions.get(nameOf(each)) ?? [])
    await isSettledWithin(Promise.all(closing.map(end)), releaseMs)
    // Offsets that can't be committed in time are processed again. Waiting longer would only delay the other members.
    await isSettledWithin(commit(), commitBoundMs)
    for (const owned of closing) forget(owned)
  }

  function releaseAll(): void {
    for (const owned of [...ownedPartitions.values()]) {
      void end(owned)
      forget(owned)
    }
  }

  async function stop(): Promise<void> {
    await member.stop()
    await Promise.all([...closingWorkers.values(), fetcher.stop()])
    clearTimeout(commitTimer)
    await Promise.all([connections.joining.close(), connections.fetching.close()])
  }

  let stopped: Promise<void> | undefined
  const stopOnce = (): Promise<void> => {
    stopped ??= stop()
    return stopped
  }
  const stopEarly = (): void => void stopOnce()
  signal.addEventListener('abort', stopEarly, { once: true })
  await member.joined.finally(() => signal.removeEventListener('abort', stopEarly))
  return { stop: stopOnce }
}
