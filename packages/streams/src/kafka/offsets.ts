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

/** `timestamp` is in milliseconds since 1970, or `earliest` or `latest`. Returns -1 where no record is that young. */
export async function offsetFor(cluster: KafkaCluster, topic: string, partition: number, timestamp: number): Promise<number> {
  return offsetAt(await findLeader(cluster, topic, partition), topic, partition, timestamp)
}

async function offsetAt(leader: KafkaBroker, topic: string, partition: number, timestamp: number, replicaId = -1): Promise<number> {
  const { responses } = await leader.listOffsets({
    // As everything is read, see `openFetched`: with committed ones a stranger's open transaction would hide what we ourselves have written behind it.
    isolationLevel: readUncommitted,
    replicaId,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  })
  return Number(responses[0]?.partitions[0]?.offset ?? -1)
}

/** What a leader has that the other copies have not yet can't be read, and is read later. */
class UnconfirmedRecordsError extends Error {
  override readonly name = 'UnconfirmedRecordsError'
}

/**
 * Asks for the end of a partition until all is confirmed that its leader had when it was asked first. While a copy is out of reach a leader has records, for seconds, of which it tells nobody;
 * who takes the end for all there is would send again what its caller was not told of in time.
 */
function createAskEnd(topic: string, partition: number): (cluster: KafkaCluster) => Promise<{ leader: KafkaBroker; end: number }> {
  let asked: { nodeId: string; written: number } | undefined
  return async cluster => {
    const nodeId = leaderOf(cluster, topic, partition)
    const leader = await cluster.findBroker({ nodeId })
    if (asked?.nodeId !== nodeId) asked = { nodeId, written: await offsetAt(leader, topic, partition, latest, anyRecord) }
    // After: only this says that it is still the leader.
    const confirmed = await offsetAt(leader, topic, partition, latest)
    if (confirmed < asked.written) {
      const words = `partition ${partition} of ${topic} is confirmed up to ${confirmed} and written up to ${asked.written}`
      throw new UnconfirmedRecordsError(words)
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
  /** Members write this topic. */
  isDoor(topic: string): boolean
}

/** What is asked of one partition without a group. Requests of one connection are answered in order, and none of these waits at the broker. */
export function createOffsets({ connection, faults, ends, isDoor }: OffsetsOptions): Offsets {
  const ask = (topic: string, work: (cluster: KafkaCluster) => Promise<number>): Promise<number> =>
    connection.until([topic], boundMs, `the offsets of ${topic} can't be had`, work)
  const start = (topic: string, partition: number): Promise<number> => ask(topic, cluster => offsetFor(cluster, topic, partition, earliest))
  function end(topic: string, partition: number): Promise<number> {
    const askEnd = createAskEnd(topic, partition)
    return ask(topic, async cluster => ends.checked(topic, partition, (await askEnd(cluster)).end))
  }

  async function fetchOnce(topic: string, partition: number, from: number, givesUp: boolean): Promise<Opened> {
    const fetchAt = (isolationLevel: number): Promise<FetchedPartition> =>
      connection.use([topic], async cluster => {
        const broker = await findLeader(cluster, topic, partition)
        const fetched = await fetchOne(broker, { topic, partition, from, isolationLevel, waitMs: 100, bytesMax: readBytesMax })
        if (fetched.error) throw fetched.error
        return fetched
      })
    return openFetched(await fetchAt(readUncommitted), { from, isDoor: isDoor(topic), givesUp, refetch: fetchAt })
  }

  return {
    start,
    end,
    at(topic, partition, timestampMs) {
      const askEnd = createAskEnd(topic, partition)
      return ask(topic, async cluster => {
        // Before: what is written meanwhile is younger. Of the same broker, which is believed only where its end is.
        const { leader, end: told } = await askEnd(cluster)
        const end = ends.checked(topic, partition, told)
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
            if (error.forGood || unread > unreadMax) throw error
          }
          if (isOfType(error, 'OFFSET_OUT_OF_RANGE')) {
            const oldest = await start(topic, partition)
            if (oldest > position) {
              // Retention has removed these.
              position = oldest
              continue
            }
            // Its end lay behind that when it was asked for. Who is told begins again and finds out how much of its past is left (ADR 27); who was just given no more would go on.
            const endsAt = await end(topic, partition)
            if (endsAt < position)
              throw new StreamUnavailableError(
                `partition ${partition} of ${topic} has lost its tail: it ends at ${endsAt}, before offset ${position}`,
              )
          }
          if (error instanceof StreamUnavailableError) throw error
          // Who may not read a topic may not a moment later either.
          if (Date.now() >= deadline || isOfType(error, 'TOPIC_AUTHORIZATION_FAILED'))
            throw unavailable(`partition ${partition} of ${topic} can't be read`, error)
        }
        if (Date.now() >= deadline) throw new StreamUnavailableError(`partition ${partition} of ${topic} gives no records`)
        await pause(backOff.next(), new AbortController().signal)
      }
    },
  }
}
