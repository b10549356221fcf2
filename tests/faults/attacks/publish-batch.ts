import { connect } from 'node:net'
import { gzipSync } from 'node:zlib'
import { encodeBatch } from '@holdfast/streams/encode-batch'

const gzip = 1
const produce = 0
/** The first version with this format of batches, and the oldest that Kafka 4 supports. */
const produceVersion = 3
const ackOfLeader = 1
const timeoutMs = 10_000

/** A compressed batch of this many records `{}` without a header: some 1.4 bytes each. */
export const buildCompressedBatch = (count: number): Buffer =>
  encodeBatch({
    firstOffset: 0,
    records: Array.from({ length: count }, () => ({ value: '{}' })),
    codec: gzip,
    pack: records => gzipSync(records),
    isTimedBySender: true,
  })

export interface BatchPublisher {
  /** Resolves when the broker has the batch; one at a time. Throws where it refuses it. */
  publish(topic: string, partition: number, batch: Buffer): Promise<void>
  close(): void
}

/**
 * Publishes prepared batches. kafkajs needs a minute for one of 100,000 records: the attacker would be the bottleneck.
 */
export function createBatchPublisher(brokers: string): BatchPublisher {
  const [host = '', port = ''] = (brokers.split(',')[0] ?? '').split(':')
  const socket = connect(Number(port), host)
  let answered: { resolve(answer: Buffer): void; reject(error: Error): void } | undefined
  let bytes = Buffer.alloc(0)
  socket.on('data', piece => {
    bytes = Buffer.concat([bytes, piece])
    if (bytes.length < 4 || bytes.length < 4 + bytes.readInt32BE(0)) return
    answered?.resolve(bytes)
    bytes = Buffer.alloc(0)
  })
  socket.on('error', error => answered?.reject(error))
  socket.on('close', () => answered?.reject(new Error('the broker closed the connection')))
  return {
    async publish(topic, partition, batch) {
      const answer = await new Promise<Buffer>((resolve, reject) => {
        answered = { resolve, reject }
        socket.write(requestOf(topic, partition, batch))
      })
      // Length, correlation id, one topic with its name, one partition with its number.
      const errorCode = answer.readInt16BE(4 + 4 + 4 + 2 + Buffer.byteLength(topic) + 4 + 4)
      if (errorCode !== 0) throw new Error(`the broker refused a batch with Kafka error ${errorCode}`)
    },
    close: () => void socket.destroy(),
  }
}

function requestOf(topic: string, partition: number, batch: Buffer): Buffer {
  const body = [
    int16(produce),
    int16(produceVersion),
    int32(1), // correlation id
    int16(-1), // no client id
    int16(-1), // no transaction
    int16(ackOfLeader),
    int32(timeoutMs),
    int32(1),
    int16(Buffer.byteLength(topic)),
    Buffer.from(topic),
    int32(1),
    int32(partition),
    int32(batch.length),
    batch,
  ]
  return Buffer.concat([int32(body.reduce((sum, { length }) => sum + length, 0)), ...body])
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2)
  buffer.writeInt16BE(value)
  return buffer
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4)
  buffer.writeInt32BE(value)
  return buffer
}
