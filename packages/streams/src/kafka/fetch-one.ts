import type { FetchedPartition } from './fetch-answer.ts'
import type { KafkaBroker } from './kafkajs-shapes.ts'

export interface FetchOne {
  readonly topic: string
  readonly partition: number
  /** An offset. */
  readonly from: number
  readonly isolationLevel: number
  /** How long the broker may hold the request when it has nothing, in milliseconds. */
  readonly waitMs: number
  /** Of the partition, and of the answer. */
  readonly bytesMax: number
}

/** Asks the leader of one partition for what follows an offset; throws where it says nothing about it. What it says may still be an `error`. */
export async function fetchOne(
  leader: KafkaBroker,
  { topic, partition, from, isolationLevel, waitMs, bytesMax }: FetchOne,
): Promise<FetchedPartition> {
  const [fetched] = await leader.fetchBytes({
    maxWaitTime: waitMs,
    minBytes: 1,
    maxBytes: bytesMax,
    isolationLevel,
    topics: [{ topic, partitions: [{ partition, fetchOffset: String(from), maxBytes: bytesMax }] }],
  })
  if (!fetched) throw new Error(`nothing was answered about partition ${partition} of ${topic}`)
  return fetched
}
