import { createCursor } from './cursor.ts'
import type { KafkaError } from './faults.ts'

/** What a fetch brought of one partition, as the broker sent it: nothing in it is decoded, so nothing in it can spoil what came with it. */
export interface FetchedPartition {
  readonly topic: string
  readonly partition: number
  /** What the broker says against this partition alone. */
  readonly error: KafkaError | undefined
  /** Every transaction that began before it is decided. */
  readonly lastStableOffset: number
  /** Of those that reach into `records`; told only where committed records were asked for. */
  readonly abortedTransactions: readonly AbortedTransaction[]
  /** Record batches one after the other; the last may be cut off. */
  readonly records: Buffer
}

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: number
}

/** Takes the answer to a fetch (version 11) apart. Records stay bytes: what is wrong with those of one partition is no matter of the others. */
export function takeApart(answer: Buffer, errorOf: (code: number) => KafkaError): FetchedPartition[] {
  const cursor = createCursor(answer)
  const text = (): string => {
    const length = cursor.int16()
    return answer.toString('utf8', cursor.skip(length), cursor.skip(0))
  }
  const list = <T>(read: () => T): T[] => Array.from({ length: Math.max(0, cursor.int32()) }, read)

  function partitionOf(topic: string): FetchedPartition {
    const partition = cursor.int32()
    const code = cursor.int16()
    // The high watermark and where the log starts say nothing that the records do not.
    cursor.int64()
    const lastStableOffset = cursor.int64()
    cursor.int64()
    const abortedTransactions = list(() => ({ producerId: cursor.bigint64(), firstOffset: cursor.int64() }))
    // A replica that is nearer, which is told only to who names its rack.
    cursor.int32()
    const from = cursor.skip(Math.max(0, cursor.int32()))
    const records = answer.subarray(from, cursor.skip(0))
    const error = code === 0 ? undefined : Object.assign(errorOf(code), { topic, partition })
    return { topic, partition, error, lastStableOffset, abortedTransactions, records }
  }

  // How long the broker held us back, which it has done already; the error and the id of a fetch session, which are not used.
  cursor.int32()
  cursor.int16()
  cursor.int32()
  return list(() => {
    const topic = text()
    return list(() => partitionOf(topic))
  }).flat()
}
