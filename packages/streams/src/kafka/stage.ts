// Works on one member's share of the partitions of a consumer group, on Kafka.
// Callers: createKafkaStreams, for `Streams.stage`. Three parts have a life cycle each:
// - group-member.ts joins the group, commits offsets, and reports partitions as gained, revoked or lost.
// - this file keeps a Holding for each partition: waiting for the former worker → checked against truncation →
//   running → leaving → over. Revoked: the worker closes and its offset is committed first, within 12 s.
//   Lost: the worker is aborted, and nothing is committed.
// - partition-lane.ts runs the worker of one partition: open → batches in order → closed, or opened again on a fault.
// Records come from fetcher.ts into an inbox for each partition, so a slow partition delays no other.

import type { StreamsLog } from '../log.ts'
import { type FingerprintReader, fingerprintsAfterBatch, type LogFingerprints, unchangedUpTo } from '../log-fingerprints.ts'
import type { OngoingFaults } from '../ongoing-faults.ts'
import { createPartitionLane, type PartitionLane } from '../partition-lane.ts'
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
 * Positions are committed together, this long after the first batch that moved one. A commit for each batch would be a request for each; after a crash
 * at most this much is worked on again, which is always safe.
 */
const commitAfterMs = 100
const commitBoundMs = 2_000

const lostPastWords = 'the partition has lost records that the group had worked on: it goes on from where they end'

/**
 * How long a worker may take to end before its partition is let go of all the same: longer than a write takes to be given up (10 s), so that nothing of it is
 * written late, and less than the group waits for a member. Only partitions that change hands wait for it.
 */
const releaseMs = 12_000

export interface StageConnections {
  /** Waits in joins. */
  readonly joining: KafkaConnection
  /** Waits in fetches. */
  readonly fetching: KafkaConnection
  /** Never waits at the broker. Not closed. */
  readonly asking: KafkaConnection
}

/** A partition from the moment at which it is this member's to the one at which somebody else may have it. */
interface Holding extends Partition {
  running: { readonly lane: PartitionLane; readonly feed: Feed; readonly done: Promise<LogFingerprints> } | undefined
  /** It is about to be let go of. */
  isLeaving: boolean
  /** Nothing that a late batch did may be committed: somebody else may be further by now. */
  isOver: boolean
}

/** What everybody has who follows partitions. */
export interface ReaderContext {
  readonly log: StreamsLog
  readonly faults: OngoingFaults
  readonly ends: KnownEnds
  readonly signal: AbortSignal
  /** Members write this topic. */
  isDoor(topic: string): boolean
  /** Reads what lies where a partition was read to. */
  readonly past: FingerprintReader
}

export interface StageContext extends ReaderContext {
  readonly sessionTimeoutMs: number
  readonly memberships: StoredMemberships
}

/** A partition that is added waits for the end of the request that a broker holds just then. */
const fetchWaitMs = 250

/** Runs a stage over connections of its own, which it closes. Resolves when the first share is known. */
export async function startStage(connections: StageConnections, options: StageOptions, context: StageContext): Promise<Subscription> {
  const { group } = options
  const { sessionTimeoutMs, memberships, log, faults, ends, signal } = context
  const fetcher = createFetcher({
    connection: connections.fetching,
    log,
    faults,
    ends,
    waitMs: fetchWaitMs,
    onFault: error => log.warn({ group, fault: asKafkaError(error).message }, 'records can not be fetched; tried again'),
  })
  const holdings = new Map<string, Holding>()
  /** Workers that are not closed yet, some of them of partitions that were lost. */
  const ending = new Map<string, Promise<unknown>>()
  /** What of the holdings is to be committed. */
  const positions = new Map<Holding, Position>()
  let commitTimer: NodeJS.Timeout | undefined
  let committing = Promise.resolve()

  const member = createGroupMember({
    joining: connections.joining,
    asking: connections.asking,
    group,
    topics: options.topics,
    sessionTimeoutMs,
    memberships,
    log,
    faults,
    held: () => [...holdings.values()],
    onGained: gain,
    onRevoked: release,
    onLost: lose,
  })

  /** Workers are opened at once, not with their first record: they may have timers of their own. */
  function gain(shares: readonly AssignedPartition[]): void {
    for (const share of shares) {
      const { topic, partition } = share
      const holding: Holding = { topic, partition, running: undefined, isLeaving: false, isOver: false }
      holdings.set(nameOf(holding), holding)
      const former = ending.get(nameOf(holding))
      void (former ?? Promise.resolve()).then(() => beginWhereItLasts(holding, share))
    }
  }

  /** A group goes on from its position only where what it has seen before that still lies there, and else from the newest place where it does. */
  async function beginWhereItLasts(holding: Holding, share: AssignedPartition): Promise<void> {
    const { topic, partition, committed, past } = share
    const reached = await lasting(holding, share)
    if (holding.isLeaving || holding.isOver) return
    if (reached === committed) return begin(holding, share)
    log.warn({ group, topic, partition, position: committed, from: reached }, lostPastWords)
    begin(holding, { ...share, committed: reached, past: past.filter(({ next }) => next <= reached) })
  }

  async function lasting(holding: Holding, { topic, partition, committed, past }: AssignedPartition): Promise<number> {
    const backOff = createBackOff()
    while (past.length > 0 && !holding.isLeaving && !holding.isOver) {
      try {
        const reached = await unchangedUpTo(context.past, topic, partition, past)
        return reached === past.at(-1)?.next ? committed : reached
      } catch (error) {
        reportSafely(() => options.onFault(error, { topic, partition }))
        await pause(backOff.next(), signal)
      }
    }
    return committed
  }

  function begin(holding: Holding, { committed, past }: AssignedPartition): void {
    const { topic, partition } = holding
    const lane = createPartitionLane(topic, partition, committed, options, faults, member.noticeSilence)
    const inbox = createInbox(lane.signal, () => fetcher.wake())
    const isDoor = context.isDoor(topic)
    const onLostPast = (): void => beginAgain(holding)
    const { wants, push } = inbox
    const feed: Feed = { topic, partition, isDoor, position: committed, last: past.at(-1), onLostPast, wants, push }
    holding.running = { lane, feed, done: work(holding, lane, inbox, past) }
    fetcher.add([feed])
  }

  /** What the worker knows may be of a past that is there no more: another one takes its place. */
  function beginAgain(holding: Holding): void {
    const { running } = holding
    if (!running || holding.isLeaving) return
    holding.running = undefined
    const { lane, done } = running
    const closed = lane.close().then(() => done)
    const name = nameOf(holding)
    ending.set(name, closed)
    void closed.then(past => {
      if (ending.get(name) === closed) ending.delete(name)
      return beginWhereItLasts(holding, { topic: holding.topic, partition: holding.partition, committed: lane.position(), past })
    })
  }

  /** Gives what lies before where it ends. */
  async function work(holding: Holding, lane: PartitionLane, inbox: Inbox, before: LogFingerprints): Promise<LogFingerprints> {
    let past = before
    for (;;) {
      const records = await inbox.take(options.batchMax ?? batchMaxDefault)
      if (!records || !(await lane.deliver(records))) return past
      past = fingerprintsAfterBatch(past, records)
      note(holding, lane, past)
      await yieldToEventLoop()
    }
  }

  function note(holding: Holding, { topic, partition, position }: PartitionLane, past: LogFingerprints): void {
    if (holding.isOver) return
    positions.set(holding, { topic, partition, offset: position(), past })
    commitTimer ??= setTimeout(() => void commit(), commitAfterMs)
  }

  /** One after the other: one that fails puts back what the next then takes along. */
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
      log.debug({ group, fault: asKafkaError(error).message }, 'positions were not committed; tried again')
      // A position that moved on meanwhile stands.
      for (const [holding, position] of moved) if (!holding.isOver && !positions.has(holding)) positions.set(holding, position)
      if (positions.size > 0) commitTimer ??= setTimeout(() => void commit(), commitAfterMs * 10)
    }
  }

  /** Resolves when its worker is closed. */
  async function end(holding: Holding): Promise<void> {
    const name = nameOf(holding)
    const { running } = holding
    if (running && !holding.isLeaving) {
      fetcher.remove([running.feed])
      const closed = running.lane.close().then(() => running.done)
      ending.set(name, closed)
      void closed.then(() => ending.get(name) === closed && ending.delete(name))
    }
    holding.isLeaving = true
    await ending.get(name)
  }

  function forget(holding: Holding): void {
    holding.isOver = true
    positions.delete(holding)
    if (holdings.get(nameOf(holding)) === holding) holdings.delete(nameOf(holding))
  }

  async function release(partitions: readonly Partition[]): Promise<void> {
    const leaving = partitions.flatMap(each => holdings.get(nameOf(each)) ?? [])
    await isSettledWithin(Promise.all(leaving.map(end)), releaseMs)
    // Positions that can't be committed now are worked on again; waiting longer would only hold up the others.
    await isSettledWithin(commit(), commitBoundMs)
    for (const holding of leaving) forget(holding)
  }

  function lose(): void {
    for (const holding of [...holdings.values()]) {
      void end(holding)
      forget(holding)
    }
  }

  async function stop(): Promise<void> {
    await member.stop()
    await Promise.all([...ending.values(), fetcher.stop()])
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
