import type { FetchedPartition } from './fetch-answer.ts'
import type { KafkaBroker } from './kafkajs-shapes.ts'

export interface FetchOne {
  readonly topic: string
  readonly partition: number
  /** The first offset to fetch. */
  readonly from: number
  readonly isolationLevel: number
  /** How long the broker may hold the request when it has nothing, in milliseconds. */
  readonly waitMs: number
  /** The limit of the partition and of the whole answer. */
  readonly bytesMax: number
}

/**
 * Fetches from the leader of one partition. Throws if the answer lacks the partition; the answer itself may hold an
 * `error`.
 */
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
  if (!fetched) throw new Error(`the broker's answer lacks partition ${partition} of ${topic}`)
  return fetched
}
