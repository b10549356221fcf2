import { createBackOff, pause } from '../pause.ts'
import { type StreamRecord, StreamUnavailableError } from '../port.ts'
import { findLeader, type KafkaConnection } from './connection.ts'
import { isOfType, unavailable } from './faults.ts'
import { createBatch, earliest, type KafkaCluster, latest, readCommitted } from './kafkajs.ts'
import { toRecord } from './records.ts'

/** How long an offset or the next records of a read may take before the stream counts as unavailable. */
const boundMs = 10_000
const readBytesMax = 1_048_576

/** `timestamp` is in milliseconds since 1970, or `earliest` or `latest`. Returns -1 where no record is that young. */
export async function offsetFor(cluster: KafkaCluster, topic: string, partition: number, timestamp: number): Promise<number> {
  const leader = await findLeader(cluster, topic, partition)
  const { responses } = await leader.listOffsets({
    isolationLevel: readCommitted,
    topics: [{ topic, partitions: [{ partition, timestamp }] }],
  })
  return Number(responses[0]?.partitions[0]?.offset ?? -1)
}

export interface Offsets {
  start(topic: string, partition: number): Promise<number>
  end(topic: string, partition: number): Promise<number>
  at(topic: string, partition: number, timestampMs: number): Promise<number>
  read(topic: string, partition: number, from: number, to: number): AsyncGenerator<readonly StreamRecord[]>
}

/** What is asked of one partition without a group. Requests of one connection are answered in order, and none of these waits at the broker. */
export function createOffsets(connection: KafkaConnection): Offsets {
  const ask = (topic: string, partition: number, timestamp: number): Promise<number> =>
    connection.until([topic], boundMs, `the offsets of ${topic} can't be had`, cluster => offsetFor(cluster, topic, partition, timestamp))
  const end = (topic: string, partition: number): Promise<number> => ask(topic, partition, latest)

  async function fetchOnce(topic: string, partition: number, from: number): Promise<{ records: StreamRecord[]; next: number }> {
    const answer = await connection.use([topic], async cluster =>
      (await findLeader(cluster, topic, partition)).fetch({
        maxWaitTime: 100,
        minBytes: 1,
        maxBytes: readBytesMax,
        isolationLevel: readCommitted,
        topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes: readBytesMax }] }],
      }),
    )
    const data = answer.responses[0]?.partitions[0]
    if (!data) return { records: [], next: from }
    const batch = createBatch(topic, from, data)
    // A batch may hold nothing for us (markers of transactions) and still ends further on.
    const next = batch.isEmptyIncludingFiltered() ? from : Number(batch.lastOffset()) + 1
    return { records: batch.messages.map(message => toRecord(topic, partition, message)), next }
  }

  return {
    start: (topic, partition) => ask(topic, partition, earliest),
    end,
    async at(topic, partition, timestampMs) {
      const offset = await ask(topic, partition, timestampMs)
      return offset < 0 ? end(topic, partition) : offset
    },
    async *read(topic, partition, from, to) {
      const last = Math.min(to, await end(topic, partition))
      const backOff = createBackOff(50, 500)
      let position = from
      let deadline = Date.now() + boundMs
      while (position < last) {
        try {
          const { records, next } = await fetchOnce(topic, partition, position)
          const wanted = next > last ? records.filter(record => record.offset < last) : records
          if (next > position) {
            position = next
            backOff.reset()
            if (wanted.length > 0) yield wanted
            deadline = Date.now() + boundMs
            continue
          }
        } catch (error) {
          if (isOfType(error, 'OFFSET_OUT_OF_RANGE')) {
            // Retention has removed these; a position beyond the end can't be, since the end was asked for.
            position = Math.max(position, await ask(topic, partition, earliest))
            continue
          }
          if (error instanceof StreamUnavailableError) throw error
          if (Date.now() >= deadline) throw unavailable(`partition ${partition} of ${topic} can't be read`, error)
        }
        if (Date.now() >= deadline) throw new StreamUnavailableError(`partition ${partition} of ${topic} gives no records`)
        await pause(backOff.next(), new AbortController().signal)
      }
    },
  }
}
