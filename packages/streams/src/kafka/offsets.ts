import type { OngoingFaults } from '../ongoing-faults.ts'
import { createBackOff, pause } from '../pause.ts'
import { type StreamRecord, StreamUnavailableError } from '../port.ts'
import { findLeader, type KafkaConnection, leaderOf } from './connection.ts'
import { isOfType, unavailable } from './faults.ts'
import type { FetchedPartition } from './fetch-answer.ts'
import { fetchOne } from './fetch-one.ts'
import { anyRecord, earliest, latest, readUncommitted } from './kafkajs.ts'
import type { KafkaBroker, KafkaCluster } from './kafkajs-shapes.ts'
import type { KnownEnds } from './known-ends.ts'
import { type Opened, openFetched, unreadMax } from './open-fetched.ts'
import { UnreadableBatchError } from './record-batch.ts'

/** How long an offset or the next records of a read may take before the stream counts as unavailable. */
const boundMs = 10_000
const readBytesMax = 1_048_576

/** `timestamp` is in milliseconds since 1970, or `earliest` or `latest`. Returns -1 if no record is that recent. */
export async function offsetFor(cluster: KafkaCluster, topic: string, partition: number, timestamp: number): Promise<number> {
  return offsetAt(await findLeader(cluster, topic, partition), topic, partition, timestamp)
}

async function offsetAt(leader: KafkaBroker, topic: string, partition: number, timestamp: number, replicaId = -1): Promise<number> {
  const { responses } = await leader.listOffsets({
    // Read uncommitted, as in `openFetched`: otherwise a foreign open transaction would hide what we wrote after it.
    isolationLevel: readUncommitted,
    replicaId,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  })
  return Number(responses[0]?.partitions[0]?.offset ?? -1)
}

/** Records that a leader has and its followers lack can't be read yet. */
class UnconfirmedRecordsError extends Error {
  override readonly name = 'UnconfirmedRecordsError'
}

/**
 * Reads the end of a partition until everything that its leader had at first is confirmed. While a follower is
 * unreachable, a leader hides records for seconds. A caller that took this end as final would send those records again.
 */
function createEndReader(topic: string, partition: number): (cluster: KafkaCluster) => Promise<{ leader: KafkaBroker; end: number }> {
  let asked: { nodeId: string; written: number } | undefined
  return async cluster => {
    const nodeId = leaderOf(cluster, topic, partition)
    const leader = await cluster.findBroker({ nodeId })
    if (asked?.nodeId !== nodeId) asked = { nodeId, written: await offsetAt(leader, topic, partition, latest, anyRecord) }
    // Asked second, because only this answer proves that it is still the leader.
    const confirmed = await offsetAt(leader, topic, partition, latest)
    if (confirmed < asked.written) {
      const message = `partition ${partition} of ${topic} is confirmed up to ${confirmed}, but written up to ${asked.written}`
      throw new UnconfirmedRecordsError(message)
    }
    return { leader, end: confirmed }
  }
}

export interface Offsets {
  start(topic: string, partition: number): Promise<number>
  end(topic: string, partition: number): Promise<number>
  at(topic: string, partition: number, timestampMs: number): Promise<number>
  read(topic: string, partition: number, from: number, to: number): AsyncGenerator<readonly StreamRecord[]>
}

export interface OffsetsOptions {
  readonly connection: KafkaConnection
  readonly faults: OngoingFaults
  readonly ends: KnownEnds
  /** Whether members write this topic. */
  isIngress(topic: string): boolean
}

/**
 * Reads offsets and records of one partition without a group. None of these requests blocks at the broker, so they may
 * share a connection.
 */
export function createOffsets({ connection, faults, ends, isIngress }: OffsetsOptions): Offsets {
  const ask = (topic: string, work: (cluster: KafkaCluster) => Promise<number>): Promise<number> =>
    connection.until([topic], boundMs, `the offsets of ${topic} can't be read`, work)
  const start = (topic: string, partition: number): Promise<number> => ask(topic, cluster => offsetFor(cluster, topic, partition, earliest))
  function end(topic: string, partition: number): Promise<number> {
    const readEnd = createEndReader(topic, partition)
    return ask(topic, async cluster => ends.checked(topic, partition, (await readEnd(cluster)).end))
  }

  async function fetchOnce(topic: string, partition: number, from: number, skipUnreadable: boolean): Promise<Opened> {
    const fetchAt = (isolationLevel: number): Promise<FetchedPartition> =>
      connection.use([topic], async cluster => {
        const broker = await findLeader(cluster, topic, partition)
        const fetched = await fetchOne(broker, { topic, partition, from, isolationLevel, waitMs: 100, bytesMax: readBytesMax })
        if (fetched.error) throw fetched.error
        return fetched
      })
    return openFetched(await fetchAt(readUncommitted), { from, isIngress: isIngress(topic), skipUnreadable, refetch: fetchAt })
  }

  return {
    start,
    end,
    at(topic, partition, timestampMs) {
      const readEnd = createEndReader(topic, partition)
      return ask(topic, async cluster => {
        // The end is read first, because later records are younger. From the same broker, and only if its end can be
        // trusted.
        const { leader, end: reported } = await readEnd(cluster)
        const end = ends.checked(topic, partition, reported)
        const offset = await offsetAt(leader, topic, partition, timestampMs)
        return offset < 0 ? end : offset
      })
    },
    async *read(topic, partition, from, to) {
      const last = Math.min(to, await end(topic, partition))
      const backOff = createBackOff(50, 500)
      const reading = `read ${partition} ${topic}`
      let position = from
      let unread = 0
      let deadline = Date.now() + boundMs
      while (position < last) {
        try {
          const { records, next, fault } = await fetchOnce(topic, partition, position, unread >= unreadMax)
          const wanted = next > last ? records.filter(record => record.offset < last) : records
          if (next > position) {
            position = next
            ends.reached(topic, partition, next)
            unread = 0
            faults.clear(reading)
            backOff.reset()
            if (wanted.length > 0) yield wanted
            deadline = Date.now() + boundMs
            continue
          }
          if (fault) throw fault
        } catch (error) {
          if (error instanceof UnreadableBatchError) {
            unread += 1
            faults.note(reading, `partition ${partition} of ${topic} has not been read`, error)
            if (error.isPermanent || unread > unreadMax) throw error
          }
          if (isOfType(error, 'OFFSET_OUT_OF_RANGE')) {
            const oldest = await start(topic, partition)
            if (oldest > position) {
              // Retention removed these records.
              position = oldest
              continue
            }
            // The end was higher when it was first read, so the log was truncated. The caller must learn it to find its
            // last unchanged offset (ADR 27); an empty result would hide it.
            const endsAt = await end(topic, partition)
            if (endsAt < position)
              throw new StreamUnavailableError(
                `log truncation: partition ${partition} of ${topic} ends at ${endsAt}, before offset ${position}`,
              )
          }
          if (error instanceof StreamUnavailableError) throw error
          // A missing permission will not appear a moment later.
          if (Date.now() >= deadline || isOfType(error, 'TOPIC_AUTHORIZATION_FAILED'))
            throw unavailable(`partition ${partition} of ${topic} can't be read`, error)
        }
        if (Date.now() >= deadline) throw new StreamUnavailableError(`partition ${partition} of ${topic} returns no records`)
        await pause(backOff.next(), new AbortController().signal)
      }
    },
  }
}
