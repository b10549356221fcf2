import type { StreamsLog } from '../log.ts'
import { fingerprintAfter } from '../log-fingerprints.ts'
import type { OngoingFaults } from '../ongoing-faults.ts'
import { type BackOff, createBackOff, pause } from '../pause.ts'
import type { StreamRecord } from '../port.ts'
import { reportSafely } from '../report-safely.ts'
import { type KafkaConnection, leaderOf } from './connection.ts'
import { asKafkaError, isOfType, isStaleMetadata } from './faults.ts'
import type { FetchedPartition } from './fetch-answer.ts'
import { fetchOne } from './fetch-one.ts'
import { readUncommitted } from './kafkajs.ts'
import type { KafkaBroker } from './kafkajs-shapes.ts'
import type { KnownEnds } from './known-ends.ts'
import { openFetched, unreadMax } from './open-fetched.ts'
import { createReadPositions, type ReadPosition } from './read-positions.ts'

/** One partition that is being followed. Its place moves as records are pushed. */
export interface Feed extends ReadPosition {
  /** The partition no longer has that: it lost its tail, and may have grown as far again. The feed has been removed. */
  onLostPast(): void
  wants(): boolean
  push(records: readonly StreamRecord[]): void
}

export interface Fetcher {
  add(feeds: readonly Feed[]): void
  remove(feeds: readonly Feed[]): void
  /** To be called when a feed wants again. */
  wake(): void
  /** Resolves when nothing is pushed any more. */
  stop(): Promise<void>
}

/** So often in a row a broker may say that it does not lead a partition before that is a fault. */
const staleMax = 5
const partitionBytesMax = 262_144
const requestBytesMax = 8 * 1024 * 1024

interface Trouble {
  readonly backOff: BackOff
  failuresInARow: number
}

/** Names the trouble of not knowing who leads what. */
const everyBroker = ''

export interface FetcherOptions {
  readonly connection: KafkaConnection
  readonly log: StreamsLog
  readonly faults: OngoingFaults
  readonly ends: KnownEnds
  /** How long a broker holds a request that it has nothing for: a partition that is added meanwhile waits for its end. */
  readonly waitMs: number
  /** Told of each failure, before the pause. */
  onFault(error: unknown): void
}

/** Follows partitions without a group: one long request to each broker that leads any of them, again and again, whatever happens to the brokers. */
export function createFetcher({ connection, log, faults, ends, waitMs, onFault }: FetcherOptions): Fetcher {
  const stopping = new AbortController()
  const { signal } = stopping
  const places = createReadPositions({ connection, log, ends, bytesMax: partitionBytesMax })
  const feeds = new Set<Feed>()
  /** Each partition has its own troubles, and rests alone: what is wrong with one holds up no other. */
  const feedTroubles = new Map<Feed, Trouble>()
  const resting = new Set<Feed>()
  /** Followed through a failure: a leader that starts again, or another one, may have lost what was read of the one before. */
  const suspects = new Set<Feed>()
  /** Those that wait for an answer, from the round in which they first wanted one. */
  const awaiting = new Set<Feed>()
  let rounds = 0
  let changed = Promise.withResolvers<void>()

  const wake = (): void => changed.resolve()

  /** Rounds go on per broker, so that one that does not answer holds up only what it leads. */
  async function run(): Promise<void> {
    const busy = new Map<string, Promise<void>>()
    // Each broker has its own troubles: one that answers must not make us ask one that is away more often.
    const troubles = new Map<string, Trouble>()
    while (!signal.aborted) {
      // A new one each time: a promise that is raced again and again keeps what was raced with it.
      changed = Promise.withResolvers()
      const wanting = [...feeds].filter(feed => !resting.has(feed) && feed.wants())
      for (const feed of wanting) expectAnswer(feed)
      try {
        for (const [nodeId, led] of await byLeader(wanting)) {
          if (busy.has(nodeId)) continue
          const round = fetchFrom(nodeId, led)
            .then(() => void troubles.delete(nodeId))
            .catch((error: unknown) => failed(error, troubleOf(troubles, nodeId), led))
            .finally(() => busy.delete(nodeId))
          busy.set(nodeId, round)
        }
        troubles.delete(everyBroker)
        if (!signal.aborted) await Promise.race([changed.promise, ...busy.values()])
      } catch (error) {
        await failed(error, troubleOf(troubles, everyBroker), wanting)
      }
    }
    await Promise.all(busy.values())
  }

  /** A broker answers each request within `waitMs`, whether or not there is something: who has had no answer for long is not served. */
  function expectAnswer(feed: Feed): void {
    if (awaiting.has(feed)) return
    awaiting.add(feed)
    faults.expect(feed, notRead(feed))
  }

  const notRead = ({ topic, partition }: Feed): string => `partition ${partition} of ${topic} has not been read`

  async function byLeader(wanting: readonly Feed[]): Promise<Map<string, Feed[]>> {
    if (wanting.length === 0) return new Map()
    const topics = [...new Set(wanting.map(feed => feed.topic))]
    return connection.use(topics, async cluster => Map.groupBy(wanting, feed => leaderOf(cluster, feed.topic, feed.partition)))
  }

  async function fetchFrom(nodeId: string, led: readonly Feed[]): Promise<void> {
    const asked = new Map(led.map(feed => [`${feed.partition} ${feed.topic}`, { feed, position: feed.position }]))
    const topics = [...new Set(led.map(feed => feed.topic))]
    let stale: unknown
    const round = connection.use(topics, async cluster => {
      const broker = await cluster.findBroker({ nodeId })
      for (const fetched of await request(broker, led)) {
        const found = asked.get(`${fetched.partition} ${fetched.topic}`)
        if (!found) continue
        await take(broker, found.feed, found.position, fetched).catch(error => {
          if (isStaleMetadata(error)) stale = error
          rest(found.feed, error)
        })
      }
      // So that the leaders are asked for again.
      if (stale) throw stale
    })
    await round.catch(error => {
      if (error !== stale) throw error
    })
  }

  /** Another partition comes first each time: a broker that has more than it may send sends of the first ones, and at least one batch of the very first. */
  function request(broker: KafkaBroker, led: readonly Feed[]): Promise<readonly FetchedPartition[]> {
    rounds += 1
    const first = rounds % led.length
    const turned = [...led.slice(first), ...led.slice(0, first)]
    return broker.fetchBytes({
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: requestBytesMax,
      isolationLevel: readUncommitted,
      topics: [...Map.groupBy(turned, feed => feed.topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(feed => ({ partition: feed.partition, fetchOffset: String(feed.position), maxBytes: partitionBytesMax })),
      })),
    })
  }

  async function take(broker: KafkaBroker, feed: Feed, position: number, fetched: FetchedPartition): Promise<void> {
    if (fetched.error) {
      if (!isOfType(fetched.error, 'OFFSET_OUT_OF_RANGE')) throw fetched.error
      if (!(await places.startAgain(feed))) lose(feed)
      return
    }
    if (suspects.has(feed)) {
      if (!(await places.isStillThere(broker, feed))) return lose(feed)
      suspects.delete(feed)
    }
    const opened = await openFetched(fetched, {
      from: position,
      isDoor: feed.isDoor,
      givesUp: (feedTroubles.get(feed)?.failuresInARow ?? 0) >= unreadMax,
      refetch: isolationLevel =>
        fetchOne(broker, {
          topic: feed.topic,
          partition: feed.partition,
          from: position,
          isolationLevel,
          waitMs: 0,
          bytesMax: partitionBytesMax,
        }),
    })
    // Removed or moved meanwhile: what was fetched is not its any more.
    if (!feeds.has(feed) || feed.position !== position) return
    feed.position = opened.next
    ends.reached(feed.topic, feed.partition, opened.next)
    const last = opened.records.at(-1)
    if (last) {
      feed.last = fingerprintAfter(last)
      feed.push(opened.records)
    }
    if (opened.fault) throw opened.fault
    feedTroubles.delete(feed)
    faults.clear(feed)
    // Whether it wants more is asked with the next round.
    awaiting.delete(feed)
  }

  /** Leaves one partition alone for a while. */
  function rest(feed: Feed, error: unknown): void {
    if (signal.aborted || !feeds.has(feed)) return
    const trouble = troubleOf(feedTroubles, feed)
    count(error, trouble, [feed])
    resting.add(feed)
    void pause(trouble.backOff.next(), signal).then(() => {
      resting.delete(feed)
      wake()
    })
  }

  /** Leaves a broker alone for a while, or all of them. */
  async function failed(error: unknown, trouble: Trouble, of: readonly Feed[]): Promise<void> {
    if (signal.aborted) return
    count(error, trouble, of)
    await pause(trouble.backOff.next(), signal)
  }

  function count(error: unknown, trouble: Trouble, of: readonly Feed[]): void {
    trouble.failuresInARow += 1
    for (const feed of of) {
      if (!feeds.has(feed)) continue
      suspects.add(feed)
      faults.note(feed, notRead(feed), error)
    }
    // A partition that was just made or that changes its leader answers so for a moment.
    if (isStaleMetadata(error) && trouble.failuresInARow <= staleMax)
      log.debug({ fault: asKafkaError(error).message }, 'a leader is asked for again')
    else reportSafely(() => onFault(error))
  }

  function lose(feed: Feed): void {
    if (!feeds.has(feed)) return
    const { topic, partition, position } = feed
    log.warn({ topic, partition, position }, 'the partition has lost records that were read of it')
    forget(feed)
    feed.onLostPast()
  }

  function forget(feed: Feed): void {
    feeds.delete(feed)
    suspects.delete(feed)
    feedTroubles.delete(feed)
    awaiting.delete(feed)
    faults.clear(feed)
  }

  const running = run()
  return {
    add(added) {
      for (const feed of added) feeds.add(feed)
      wake()
    },
    remove(removed) {
      for (const feed of removed) forget(feed)
    },
    wake,
    async stop() {
      stopping.abort()
      for (const feed of [...feeds]) forget(feed)
      wake()
      await running
    },
  }
}

function troubleOf<Name>(troubles: Map<Name, Trouble>, name: Name): Trouble {
  const trouble = troubles.get(name) ?? { backOff: createBackOff(50, 500), failuresInARow: 0 }
  troubles.set(name, trouble)
  return trouble
}
