import { crc32c } from '../src/kafka/crc32c.ts'

export interface SentRecord {
  readonly key?: Uint8Array | string | undefined
  readonly value?: Uint8Array | string | undefined
  readonly headers?: readonly (readonly [string | Uint8Array, string | Uint8Array])[]
}

export interface EncodedBatch {
  readonly firstOffset: number
  readonly records: readonly SentRecord[]
  readonly producerId?: number
  readonly inTransaction?: boolean
  /** Its single record ends a transaction. */
  readonly ends?: 'commit' | 'abort'
  /** The codec's number, and its compression. */
  readonly codec?: number
  pack?(records: Buffer): Buffer
  readonly checksumIsWrong?: boolean
  /** The senders set the timestamps, as is a broker's default. */
  readonly isTimedBySender?: boolean
}

/** A record batch as brokers store and send it. It can express batches that our own producer never writes. */
export function encodeBatch(batch: EncodedBatch): Buffer {
  const { firstOffset, producerId = -1, codec = 0, pack = (plain: Buffer) => plain } = batch
  const marker = { key: Buffer.from([0, 0, 0, batch.ends === 'commit' ? 1 : 0]), value: Buffer.alloc(6) }
  const records = batch.ends ? [marker] : batch.records
  const attributes = codec | (batch.isTimedBySender ? 0 : 8) | (batch.inTransaction || batch.ends ? 0x10 : 0) | (batch.ends ? 0x20 : 0)
  const head = Buffer.alloc(40)
  head.writeInt16BE(attributes, 0)
  head.writeInt32BE(records.length - 1, 2)
  head.writeBigInt64BE(1_790_000_000_000n, 6)
  head.writeBigInt64BE(1_790_000_000_000n, 14)
  head.writeBigInt64BE(BigInt(producerId), 22)
  head.writeInt16BE(0, 30)
  head.writeInt32BE(-1, 32)
  head.writeInt32BE(records.length, 36)
  const summed = Buffer.concat([head, pack(Buffer.concat(records.map(encodeRecord)))])
  const front = Buffer.alloc(21)
  front.writeBigInt64BE(BigInt(firstOffset), 0)
  front.writeInt32BE(9 + summed.length, 8)
  front.writeInt8(2, 16)
  front.writeUInt32BE((crc32c(summed) + (batch.checksumIsWrong ? 1 : 0)) % 2 ** 32, 17)
  return Buffer.concat([front, summed])
}

function encodeRecord({ key, value, headers = [] }: SentRecord, index: number): Buffer {
  const body = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(index),
    withLength(key),
    withLength(value),
    varint(headers.length),
    ...headers.flatMap(([name, text]) => [withLength(name), withLength(text)]),
  ])
  return Buffer.concat([varint(body.length), body])
}

function withLength(bytes: Uint8Array | string | undefined): Buffer {
  if (bytes === undefined) return varint(-1)
  const buffer = Buffer.from(bytes)
  return Buffer.concat([varint(buffer.length), buffer])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let left = value < 0 ? -value * 2 - 1 : value * 2
  do {
    bytes.push((left % 128) | (left >= 128 ? 0x80 : 0))
    left = Math.floor(left / 128)
  } while (left > 0)
  return Buffer.from(bytes)
}
