import { isSettledWithin, type StageOptions, type Subscription } from '@holdfast/streams'
import { createPartitionConsumer, type PartitionConsumer } from '@holdfast/streams/driver/partition-consumer'
import { yieldToEventLoop } from '@holdfast/streams/driver/pause'
import type { MemoryClient } from './client.ts'
import type { Tenure } from './group.ts'
import { createMembership } from './membership.ts'
import type { LogPosition } from './partition.ts'
import { createReader, type Reader } from './reader.ts'

const batchMaxDefault = 500
/** As on Kafka: how long a worker may take to end before its partition is released all the same, and what a commit may take then. */
const releaseMs = 12_000
const commitBoundMs = 2_000
const commitAgainMs = 1_000

/** A partition from its assignment to this member until another member may have it. */
interface Holding {
  readonly tenure: Tenure
  /** Aborts when it is about to be released, or is lost. */
  readonly leaving: AbortController
  running: { readonly lane: PartitionConsumer; readonly done: Promise<void> } | undefined
  /** Nothing that a late batch did is committed: another member may be further by now. */
  isOver: boolean
}

const nameOf = ({ topic, partition }: Tenure): string => `${topic}\n${partition}`

/** Runs a stage on its share of the partitions. Resolves when the first share is known. */
export async function startStage(client: MemoryClient, options: StageOptions): Promise<Subscription> {
  const stopping = new AbortController()
  const holdings = new Map<string, Holding>()
  /** Workers that are not closed yet, some of them of partitions that were lost. */
  const ending = new Map<string, Promise<unknown>>()
  /** What of the holdings is to be committed. */
  const positions = new Map<Holding, LogPosition>()
  let committing = Promise.resolve()
  let again: NodeJS.Timeout | undefined

  for (const topic of options.topics) client.broker.partitionsOf(topic)
  const membership = createMembership(client, {
    stage: options,
    signal: stopping.signal,
    onTake: take,
    onRelease: tenure => void release(tenure),
    onLost: lose,
  })

  /** Workers are opened at once, not with their first record: they may have timers of their own. */
  function take(tenure: Tenure): void {
    const holding: Holding = { tenure, leaving: new AbortController(), running: undefined, isOver: false }
    holdings.set(nameOf(tenure), holding)
    void open(holding)
  }

  async function open(holding: Holding): Promise<void> {
    await ending.get(nameOf(holding.tenure))
    const place = await membership.start(holding.tenure, holding.leaving.signal)
    if (place) begin(holding, place)
  }

  function begin(holding: Holding, from: LogPosition): void {
    if (holding.leaving.signal.aborted) return
    const { topic, partition } = holding.tenure
    const lane = createPartitionConsumer(topic, partition, from.offset, options, client.faults)
    const reader = createReader(client, {
      topic,
      partition,
      from,
      recordsMax: options.batchMax ?? batchMaxDefault,
      signal: lane.signal,
      onFault: error => options.onFault(error, { topic, partition }),
    })
    holding.running = { lane, done: work(holding, lane, reader) }
  }

  async function work(holding: Holding, lane: PartitionConsumer, reader: Reader): Promise<void> {
    for (;;) {
      const records = await reader.next()
      if (!records) return
      if (records.length === 0) return beginAgain(holding, lane, reader.place())
      if (!(await lane.deliver(records))) return
      if (!holding.isOver) {
        positions.set(holding, reader.place())
        void commit()
      }
      await yieldToEventLoop()
    }
  }

  /** What the worker knows may be of a past that is there no more: another one takes its place. */
  function beginAgain(holding: Holding, lane: PartitionConsumer, from: LogPosition): void {
    holding.running = undefined
    void keepUntilClosed(holding, lane.close()).then(() => begin(holding, from))
  }

  function keepUntilClosed({ tenure }: Holding, closed: Promise<unknown>): Promise<unknown> {
    const name = nameOf(tenure)
    ending.set(name, closed)
    return closed.then(() => ending.get(name) === closed && ending.delete(name))
  }

  /** One after the other: one that fails puts back what the next then takes along. */
  function commit(): Promise<void> {
    committing = committing.then(commitNow)
    return committing
  }

  async function commitNow(): Promise<void> {
    if (positions.size === 0) return
    const moved = [...positions]
    positions.clear()
    try {
      await membership.commit(moved.map(([{ tenure }, place]) => [tenure, place]))
    } catch {
      // A position that moved on meanwhile stands.
      for (const [holding, place] of moved) if (!holding.isOver && !positions.has(holding)) positions.set(holding, place)
      if (positions.size > 0) again ??= setTimeout(commitAgain, commitAgainMs)
    }
  }

  function commitAgain(): void {
    again = undefined
    void commit()
  }

  /** Resolves when its worker is closed. */
  async function end(holding: Holding): Promise<void> {
    const { running, leaving, tenure } = holding
    if (running && !leaving.signal.aborted) {
      const { lane, done } = running
      void keepUntilClosed(
        holding,
        lane.close().then(() => done),
      )
    }
    leaving.abort()
    await ending.get(nameOf(tenure))
  }

  function forget(holding: Holding): void {
    holding.isOver = true
    positions.delete(holding)
    const name = nameOf(holding.tenure)
    if (holdings.get(name) === holding) holdings.delete(name)
  }

  async function releaseAll(leaving: readonly Holding[]): Promise<void> {
    await isSettledWithin(Promise.all(leaving.map(end)), releaseMs)
    // Positions that can't be committed now are worked on again; waiting longer would only hold up the others.
    await isSettledWithin(commit(), commitBoundMs)
    for (const holding of leaving) forget(holding)
  }

  async function release(tenure: Tenure): Promise<void> {
    const holding = holdings.get(nameOf(tenure))
    if (holding?.tenure === tenure) await releaseAll([holding])
    await membership.vacate(tenure)
  }

  function lose(): void {
    for (const holding of [...holdings.values()]) {
      void end(holding)
      forget(holding)
    }
  }

  async function stop(): Promise<void> {
    stopping.abort()
    await releaseAll([...holdings.values()])
    await membership.leave()
    clearTimeout(again)
    await Promise.all(ending.values())
  }

  let stopped: Promise<void> | undefined
  const stopOnce = (): Promise<void> => {
    stopped ??= stop()
    return stopped
  }
  const stopEarly = (): void => void stopOnce()
  client.closing.addEventListener('abort', stopEarly, { once: true })
  if (client.closing.aborted) stopEarly()
  try {
    await membership.joined
  } catch (error) {
    await stopOnce()
    throw error
  } finally {
    client.closing.removeEventListener('abort', stopEarly)
  }
  return { stop: stopOnce }
}
