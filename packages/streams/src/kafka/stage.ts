import type { StreamsLog } from '../log.ts'
import { createPartitionLane, type PartitionLane } from '../partition-lane.ts'
import { nextTurn, pause } from '../pause.ts'
import type { StageOptions, Subscription } from '../port.ts'
import type { StandingFaults } from '../standing-faults.ts'
import type { KafkaConnection } from './connection.ts'
import { asKafkaError, within } from './faults.ts'
import { createFetcher, type Feed } from './fetcher.ts'
import { createGroupMember, type Position, type Share } from './group-member.ts'
import { createInbox, type Inbox } from './inbox.ts'

const batchMaxDefault = 500
/**
 * Positions are committed together, this long after the first batch that moved one. A commit for each batch would be a request for each; after a crash
 * at most this much is worked on again, which is always safe.
 */
const commitAfterMs = 100
const commitBoundMs = 2_000

export interface StageConnections {
  /** Waits in joins. */
  readonly group: KafkaConnection
  /** Waits in fetches. */
  readonly fetch: KafkaConnection
}

/** From one share of partitions to the next. */
interface Term {
  readonly held: { lane: PartitionLane; feed: Feed; done: Promise<void> }[]
  readonly positions: Map<string, Position>
  readonly ending: AbortController
  /** Nothing that a late batch did may be committed: somebody else may be further by now. */
  over: boolean
}

const createTerm = (): Term => ({ held: [], positions: new Map(), ending: new AbortController(), over: false })

export interface StageContext {
  readonly sessionTimeoutMs: number
  readonly log: StreamsLog
  readonly faults: StandingFaults
  readonly signal: AbortSignal
  /** Members write this topic. */
  isDoor(topic: string): boolean
}

/** Runs a stage over connections of its own, which it closes. Resolves when the first share is known. */
export async function startStage(connections: StageConnections, options: StageOptions, context: StageContext): Promise<Subscription> {
  const { group } = options
  const { sessionTimeoutMs, log, faults, signal } = context
  // While workers end, no heartbeat is sent; the session must outlast them.
  const handOverMs = sessionTimeoutMs / 2
  const fetcher = createFetcher({
    connection: connections.fetch,
    log,
    faults,
    onFault: error => log.warn({ group, fault: asKafkaError(error).message }, 'records can not be fetched; tried again'),
  })
  /** Workers of earlier terms that are not closed yet. */
  const ending = new Map<string, Promise<void>>()
  let term = createTerm()
  let commitTimer: NodeJS.Timeout | undefined

  const member = createGroupMember({
    connection: connections.group,
    group,
    topics: options.topics,
    sessionTimeoutMs,
    log,
    faults,
    onShare: takeShare,
    onLost: () => endTerm(term),
  })

  /** Workers are opened at once, not with their first record: they may have timers of their own. */
  function takeShare(shares: readonly Share[]): void {
    const current = createTerm()
    term = current
    for (const share of shares) {
      const former = ending.get(nameOf(share))
      if (!former) begin(current, share)
      else void former.then(() => current.ending.signal.aborted || begin(current, share))
    }
  }

  function begin(current: Term, { topic, partition, committed }: Share): void {
    const lane = createPartitionLane(topic, partition, committed, options)
    const inbox = createInbox(lane.signal, () => fetcher.wake())
    const isDoor = context.isDoor(topic)
    const feed: Feed = { topic, partition, isDoor, position: committed, wants: inbox.wants, push: inbox.push }
    current.held.push({ lane, feed, done: work(current, lane, inbox) })
    fetcher.add([feed])
  }

  async function work(current: Term, lane: PartitionLane, inbox: Inbox): Promise<void> {
    for (;;) {
      const records = await inbox.take(options.batchMax ?? batchMaxDefault)
      if (!records || !(await lane.deliver(records))) return
      note(current, lane)
      await nextTurn()
    }
  }

  function note(current: Term, { topic, partition, position }: PartitionLane): void {
    if (current.over) return
    current.positions.set(nameOf({ topic, partition }), { topic, partition, offset: position() })
    commitTimer ??= setTimeout(() => void commit(current), commitAfterMs)
  }

  async function commit(current: Term): Promise<void> {
    clearTimeout(commitTimer)
    commitTimer = undefined
    const positions = [...current.positions]
    current.positions.clear()
    try {
      await member.commit(positions.map(([, position]) => position))
    } catch (error) {
      log.debug({ group, fault: asKafkaError(error).message }, 'positions were not committed; tried again')
      if (current.over) return
      // A position that moved on meanwhile stands.
      for (const [name, position] of positions) if (!current.positions.has(name)) current.positions.set(name, position)
      commitTimer ??= setTimeout(() => void commit(current), commitAfterMs * 10)
    }
  }

  async function endTerm(ended: Term): Promise<void> {
    ended.ending.abort()
    fetcher.remove(ended.held.map(({ feed }) => feed))
    const all = ended.held.splice(0).map(({ lane, done }) => {
      const closed = lane.close().then(() => done)
      ending.set(nameOf(lane), closed)
      return closed.then(() => void (ending.get(nameOf(lane)) === closed && ending.delete(nameOf(lane))))
    })
    const waited = new AbortController()
    await Promise.race([Promise.all(all), pause(handOverMs, waited.signal)])
    waited.abort()
    // Positions that can't be committed now are worked on again; waiting longer would only hold up the others.
    await within(commit(ended), commitBoundMs, () => new Error('no answer')).catch(() => {})
    ended.over = true
    ended.positions.clear()
  }

  async function stop(): Promise<void> {
    await member.stop()
    await Promise.all([...ending.values(), fetcher.stop()])
    clearTimeout(commitTimer)
    await Promise.all([connections.group.close(), connections.fetch.close()])
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

const nameOf = ({ topic, partition }: { topic: string; partition: number }): string => `${partition} ${topic}`
