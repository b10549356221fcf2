import { createCursor } from './cursor.ts'
import type { KafkaError } from './faults.ts'

/** The undecoded answer of a broker for one partition, so that one bad batch can't affect other partitions. */
export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  /** The broker's error for this partition alone. */
  readonly error: KafkaError | undefined
  /** Every transaction that began before this offset is decided. */
  readonly lastStableOffset: number
  /** Aborted transactions that overlap `records`; only for a read_committed fetch. */
  readonly abortedTransactions: readonly AbortedTransaction[]
  /** Consecutive record batches; the last may be cut off. */
  readonly records: Buffer
}

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: number
}

/** Decodes the answer to a fetch (version 11). Records stay bytes, so a bad batch of one partition affects no other. */
export function decodeFetched(answer: Buffer, errorOf: (code: number) => KafkaError): FetchedPartition[] {
  const cursor = createCursor(answer)
  const text = (): string => {
    const length = cursor.int16()
    return answer.toString('utf8', cursor.skip(length), cursor.skip(0))
  }
  const list = <T>(read: () => T): T[] => Array.from({ length: Math.max(0, cursor.int32()) }, read)

  function partitionOf(topic: string): FetchedPartition {
    const partition = cursor.int32()
    const code = cursor.int16()
    // Skip the high watermark and the log start, which add nothing to the records.
    cursor.int64()
    const lastStableOffset = cursor.int64()
    cursor.int64()
    const abortedTransactions = list(() => ({ producerId: cursor.bigint64(), firstOffset: cursor.int64() }))
    // Skip the preferred replica, which is only sent to clients that name their rack.
    cursor.int32()
    const from = cursor.skip(Math.max(0, cursor.int32()))
    const records = answer.subarray(from, cursor.skip(0))
    const error = code === 0 ? undefined : Object.assign(errorOf(code), { topic, partition })
    return { topic, partition, error, lastStableOffset, abortedTransactions, records }
  }

  // Skip the throttle time, which has already passed, and the unused error and id of the fetch session.
  cursor.int32()
  cursor.int16()
  cursor.int32()
  return list(() => {
    const topic = text()
    return list(() => partitionOf(topic))
  }).flat()
}
