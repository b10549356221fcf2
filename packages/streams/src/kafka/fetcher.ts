import type { StreamsLog } from '../log.ts'
import { type BackOff, createBackOff, pause } from '../pause.ts'
import type { StreamRecord } from '../port.ts'
import { tell } from '../tell.ts'
import { type KafkaConnection, leaderOf } from './connection.ts'
import { asKafkaError, isOfType, isStaleMetadata } from './faults.ts'
import { createBatch, earliest, type KafkaCluster, type KafkaError, readCommitted } from './kafkajs.ts'
import { offsetFor } from './offsets.ts'
import { toRecord } from './records.ts'

/** One partition that is being followed. */
export interface Feed {
  readonly topic: string
  readonly partition: number
  /** The next offset to fetch; moves as records are pushed. */
  position: number
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

/** How long a broker holds a request that it has nothing for. A request that ends it is what a new partition waits for at most. */
const waitMs = 250
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

/** Follows partitions without a group: one long request to each broker that leads any of them, again and again, whatever happens to the brokers. */
export function createFetcher(connection: KafkaConnection, log: StreamsLog, onFault: (error: unknown) => void): Fetcher {
  const stopping = new AbortController()
  const { signal } = stopping
  const feeds = new Set<Feed>()
  let changed = Promise.withResolvers<void>()

  const wake = (): void => changed.resolve()

  /** Rounds go on per broker, so that one that does not answer holds up only what it leads. */
  async function run(): Promise<void> {
    const busy = new Map<string, Promise<void>>()
    // Each broker has its own troubles: one that answers must not make us ask one that is away more often.
    const troubles = new Map<string, Trouble>()
    const troubleOf = (name: string): Trouble => {
      const trouble = troubles.get(name) ?? { backOff: createBackOff(50, 2_000), failuresInARow: 0 }
      troubles.set(name, trouble)
      return trouble
    }
    while (!signal.aborted) {
      // A new one each time: a promise that is raced again and again keeps what was raced with it.
      changed = Promise.withResolvers()
      try {
        for (const [nodeId, led] of await byLeader()) {
          if (busy.has(nodeId)) continue
          const round = fetchFrom(nodeId, led)
            .then(() => void troubles.delete(nodeId))
            .catch((error: unknown) => failed(error, troubleOf(nodeId)))
            .finally(() => busy.delete(nodeId))
          busy.set(nodeId, round)
        }
        troubles.delete(everyBroker)
        if (!signal.aborted) await Promise.race([changed.promise, ...busy.values()])
      } catch (error) {
        await failed(error, troubleOf(everyBroker))
      }
    }
    await Promise.all(busy.values())
  }

  async function byLeader(): Promise<Map<string, Feed[]>> {
    const wanting = [...feeds].filter(feed => feed.wants())
    if (wanting.length === 0) return new Map()
    const topics = [...new Set(wanting.map(feed => feed.topic))]
    return connection.use(topics, async cluster => Map.groupBy(wanting, feed => leaderOf(cluster, feed.topic, feed.partition)))
  }

  async function fetchFrom(nodeId: string, led: readonly Feed[]): Promise<void> {
    const asked = new Map(led.map(feed => [`${feed.partition} ${feed.topic}`, { feed, position: feed.position }]))
    const answer = await connection.use([...new Set(led.map(feed => feed.topic))], cluster => request(cluster, nodeId, led))
    for (const { topicName, partitions } of answer.responses) {
      for (const data of partitions) {
        const found = asked.get(`${data.partition} ${topicName}`)
        // Removed or moved meanwhile: what was fetched is not its any more.
        if (!found || !feeds.has(found.feed) || found.feed.position !== found.position) continue
        take(found.feed, data)
      }
    }
  }

  const request = async (cluster: KafkaCluster, nodeId: string, led: readonly Feed[]) =>
    (await cluster.findBroker({ nodeId })).fetch({
      maxWaitTime: waitMs,
      minBytes: 1,
      maxBytes: requestBytesMax,
      isolationLevel: readCommitted,
      topics: [...Map.groupBy(led, feed => feed.topic)].map(([topic, ofTopic]) => ({
        topic,
        partitions: ofTopic.map(feed => ({ partition: feed.partition, fetchOffset: String(feed.position), maxBytes: partitionBytesMax })),
      })),
    })

  function take(feed: Feed, data: { partition: number }): void {
    const batch = createBatch(feed.topic, feed.position, data)
    // A batch may hold nothing for us (markers of transactions, what was compacted away) and still ends further on.
    if (!batch.isEmptyIncludingFiltered()) feed.position = Number(batch.lastOffset()) + 1
    if (batch.messages.length > 0) feed.push(batch.messages.map(message => toRecord(feed.topic, feed.partition, message)))
  }

  async function failed(error: unknown, trouble: Trouble): Promise<void> {
    if (signal.aborted) return
    trouble.failuresInARow += 1
    if (isOfType(error, 'OFFSET_OUT_OF_RANGE')) await startAgain(asKafkaError(error)).catch(report)
    // A partition that was just made or that changes its leader answers so for a moment.
    else if (isStaleMetadata(error) && trouble.failuresInARow <= staleMax)
      log.debug({ fault: asKafkaError(error).message }, 'a leader is asked for again')
    else report(error)
    await pause(trouble.backOff.next(), signal)
  }

  const report = (error: unknown): void => tell(() => onFault(error))

  /** Retention has removed what was wanted: go on with the oldest that is left. */
  async function startAgain({ topic, partition }: KafkaError): Promise<void> {
    for (const feed of feeds) {
      if (feed.topic !== topic || feed.partition !== partition) continue
      const start = await connection.use([feed.topic], cluster => offsetFor(cluster, feed.topic, feed.partition, earliest))
      log.warn({ topic, partition, from: feed.position, to: start }, 'records that were not read yet are past their retention')
      feed.position = start
    }
  }

  const running = run()
  return {
    add(added) {
      for (const feed of added) feeds.add(feed)
      wake()
    },
    remove(removed) {
      for (const feed of removed) feeds.delete(feed)
    },
    wake,
    async stop() {
      stopping.abort()
      feeds.clear()
      wake()
      await running
    },
  }
}
