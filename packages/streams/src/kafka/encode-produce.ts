import { nullableString, type Pieces, piecewise } from './frame-request.ts'
import type { ProduceRequest } from './kafkajs-shapes.ts'
import { writeBatch } from './write-batch.ts'

const noTransaction = nullableString(null)

/**
 * Encodes a produce request (version 7, of Kafka 2.1) without a transaction. @param sentMs in milliseconds since 1970.
 */
export function encodeProduce({ acks, timeout, producerId, producerEpoch, topicData }: ProduceRequest, sentMs: number): Pieces {
  const acknowledged = Buffer.allocUnsafe(2)
  acknowledged.writeInt16BE(acks)
  const pieces = [noTransaction, acknowledged, int32s(timeout, topicData.length)]
  for (const { topic, partitions } of topicData) {
    pieces.push(nullableString(topic), int32s(partitions.length))
    for (const { partition, firstSequence, records } of partitions) {
      const batch = writeBatch({ records, producerId, producerEpoch, firstSequence, sentMs })
      pieces.push(int32s(partition, batch.length), batch)
    }
  }
  return piecewise(pieces)
}

function int32s(...values: readonly number[]): Buffer {
  const bytes = Buffer.allocUnsafe(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeInt32BE(value, 4 * index)
  return bytes
}
