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

/** One followed partition. Its offset advances as records are pushed. */
export interface Feed extends ReadPosition {
  /**
   * The partition was truncated: the record read last is gone, though the log may have grown again since. The feed is
   * already removed.
   */
  onTruncated(): void
  wants(): boolean
  push(records: readonly StreamRecord[]): void
}

export interface Fetcher {
  add(feeds: readonly Feed[]): void
  remove(feeds: readonly Feed[]): void
  /** Call it when a feed wants records again. */
  wake(): void
  /** Resolves when nothing is pushed any more. */
  stop(): Promise<void>
}

/** After this many "not leader" answers in a row, the situation counts as a fault. */
const staleMax = 5
const partitionBytesMax = 262_144
const requestBytesMax = 8 * 1024 * 1024

interface FailureState {
  readonly backOff: BackOff
  failuresInARow: number
}

/** The failures of finding the leaders. */
const everyBroker = ''

export interface FetcherOptions {
  readonly connection: KafkaConnection
  readonly log: StreamsLog
  readonly faults: OngoingFaults
  readonly ends: KnownEnds
  /** How long a broker holds a request without records. A partition that is added meanwhile waits for its end. */
  readonly waitMs: number
  /** Called for each failure, before the back-off. */
  onFault(error: unknown): void
}

/**
 * Follows partitions without a group: one long-poll request per leading broker, repeated through every broker failure.
 */
export function createFetcher({ connection, log, faults, ends, waitMs, onFault }: FetcherOptions): Fetcher {
  const stopping = new AbortController()
  const { signal } = stopping
  const readPositions = createReadPositions({ connection, log, ends, bytesMax: partitionBytesMax })
  const feeds = new Set<Feed>()
  /** Each partition has its own failures and back-off, so one bad partition delays no other. */
  const feedFailures = new Map<Feed, FailureState>()
  const paused = new Set<Feed>()
  /**
   * Partitions with a failure since the last check. A restarted or new leader may have lost records that were already
   * read.
   */
  const suspects = new Set<Feed>()
  /** Partitions without an answer since the round in which they first wanted one. */
  const awaiting = new Set<Feed>()
  let rounds = 0
  let changed = Promise.withResolvers<void>()

  const wake = (): void => changed.resolve()

  /** One loop per broker, so that a broker that does not answer delays only its own partitions. */
  async function run(): Promise<void> {
    const busy = new Map<string, Promise<void>>()
    // Each broker has its own back-off: answers of one must not make requests to an unreachable one more frequent.
    const failures = new Map<string, FailureState>()
    while (!signal.aborted) {
      // A new promise each time: one that is raced repeatedly would keep all its racers in memory.
      changed = Promise.withResolvers()
      const wanting = [...feeds].filter(feed => !paused.has(feed) && feed.wants())
      for (const feed of wanting) expectAnswer(feed)
      try {
        for (const [nodeId, led] of await byLeader(wanting)) {
          if (busy.has(nodeId)) continue
          const round = fetchFrom(nodeId, led)
            .then(() => void failures.delete(nodeId))
            .catch((error: unknown) => backOffAfter(error, failureOf(failures, nodeId), led))
            .finally(() => busy.delete(nodeId))
          busy.set(nodeId, round)
        }
        failures.delete(everyBroker)
        if (!signal.aborted) await Promise.race([changed.promise, ...busy.values()])
      } catch (error) {
        await backOffAfter(error, failureOf(failures, everyBroker), wanting)
      }
    }
    await Promise.all(busy.values())
  }

  /**
   * A broker answers within `waitMs`, with or without records. A partition without an answer for longer is not being
   * served.
   */
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
    const requested = new Map(led.map(feed => [`${feed.partition} ${feed.topic}`, { feed, position: feed.position }]))
    const topics = [...new Set(led.map(feed => feed.topic))]
    let stale: unknown
    const round = connection.use(topics, async cluster => {
      const broker = await cluster.findBroker({ nodeId })
      for (const fetched of await request(broker, led)) {
        const found = requested.get(`${fetched.partition} ${fetched.topic}`)
        if (!found) continue
        await take(broker, found.feed, found.position, fetched).catch(error => {
          if (isStaleMetadata(error)) stale = error
          pauseFeed(found.feed, error)
        })
      }
      // Thrown so that the metadata is refreshed.
      if (stale) throw stale
    })
    await round.catch(error => {
      if (error !== stale) throw error
    })
  }

  /**
   * Rotates the partitions. A broker that has too much to send serves the first ones, and at least one batch of the
   * very first.
   */
  function request(broker: KafkaBroker, led: readonly Feed[]): Promise<readonly FetchedPartition[]> {
    rounds += 1
    const first = rounds % led.length
    const rotated = [...led.slice(first), ...led.slice(0, first)]
    return broker.fetchBytes({
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: requestBytesMax,
      isolationLevel: readUncommitted,
      topics: [...Map.groupBy(rotated, feed => feed.topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(feed => ({ partition: feed.partition, fetchOffset: String(feed.position), maxBytes: partitionBytesMax })),
      })),
    })
  }

  async function take(broker: KafkaBroker, feed: Feed, position: number, fetched: FetchedPartition): Promise<void> {
    if (fetched.error) {
      if (!isOfType(fetched.error, 'OFFSET_OUT_OF_RANGE')) throw fetched.error
      if (!(await readPositions.startAgain(feed))) truncated(feed)
      return
    }
    if (suspects.has(feed)) {
      if (!(await readPositions.isStillThere(broker, feed))) return truncated(feed)
      suspects.delete(feed)
    }
    const opened = await openFetched(fetched, {
      from: position,
      isIngress: feed.isIngress,
      skipUnreadable: (feedFailures.get(feed)?.failuresInARow ?? 0) >= unreadMax,
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
    // The feed was removed or moved meanwhile, so these records are not for it.
    if (!feeds.has(feed) || feed.position !== position) return
    feed.position = opened.next
    ends.reached(feed.topic, feed.partition, opened.next)
    const last = opened.records.at(-1)
    if (last) {
      feed.last = fingerprintAfter(last)
      feed.push(opened.records)
    }
    if (opened.fault) throw opened.fault
    feedFailures.delete(feed)
    faults.clear(feed)
    // The next round asks whether it wants more.
    awaiting.delete(feed)
  }

  /** Pauses one partition. */
  function pauseFeed(feed: Feed, error: unknown): void {
    if (signal.aborted || !feeds.has(feed)) return
    const failure = failureOf(feedFailures, feed)
    countFailure(error, failure, [feed])
    paused.add(feed)
    void pause(failure.backOff.next(), signal).then(() => {
      paused.delete(feed)
      wake()
    })
  }

  /** Pauses one broker, or all of them. */
  async function backOffAfter(error: unknown, failure: FailureState, of: readonly Feed[]): Promise<void> {
    if (signal.aborted) return
    countFailure(error, failure, of)
    await pause(failure.backOff.next(), signal)
  }

  function countFailure(error: unknown, failure: FailureState, of: readonly Feed[]): void {
    failure.failuresInARow += 1
    for (const feed of of) {
      if (!feeds.has(feed)) continue
      suspects.add(feed)
      faults.note(feed, notRead(feed), error)
    }
    // A new partition, or one that changes its leader, answers like this for a moment.
    if (isStaleMetadata(error) && failure.failuresInARow <= staleMax)
      log.debug({ fault: asKafkaError(error).message }, 'Partition leader changed; refreshing metadata')
    else reportSafely(() => onFault(error))
  }

  function truncated(feed: Feed): void {
    if (!feeds.has(feed)) return
    const { topic, partition, position } = feed
    log.warn({ topic, partition, position }, 'Log truncation: the partition lost records that were already read')
    forget(feed)
    feed.onTruncated()
  }

  function forget(feed: Feed): void {
    feeds.delete(feed)
    suspects.delete(feed)
    feedFailures.delete(feed)
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

function failureOf<Name>(failures: Map<Name, FailureState>, name: Name): FailureState {
  const failure = failures.get(name) ?? { backOff: createBackOff(50, 500), failuresInARow: 0 }
  failures.set(name, failure)
  return failure
}
