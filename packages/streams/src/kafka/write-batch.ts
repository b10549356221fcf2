import { cloudEventHeaders } from '../port.ts'
import { crc32c } from './crc32c.ts'
import { structured } from './structured.ts'

/** A record to be sent. */
export interface SentRecord {
  readonly key: string
  readonly value: string
  readonly headers?: Readonly<Record<string, string>>
}

/** A batch of an idempotent producer. */
export interface SentBatch {
  readonly records: readonly SentRecord[]
  readonly producerId: string
  readonly producerEpoch: number
  readonly firstSequence: number
  /** In milliseconds since 1970. Ignored by topics whose broker stamps the records. */
  readonly sentMs: number
}

/** From the first offset to the record count. */
const headBytes = 61
/** The start of the bytes under the checksum. */
const summedFrom = 21
const format = 2

/**
 * Encodes a record batch (format 2, uncompressed) into one buffer that is filled once. kafkajs creates an object with
 * its own zero-filled buffer for each record and copies each byte eight times.
 */
export function writeBatch({ records, producerId, producerEpoch, firstSequence, sentMs }: SentBatch): Buffer {
  const sizes = records.map(sizesOf)
  const bytes = Buffer.allocUnsafe(sizes.reduce((sum, { body }) => sum + varintBytes(body) + body, headBytes))
  bytes.fill(0, 0, headBytes)
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt8(format, 16)
  bytes.writeInt32BE(records.length - 1, 23)
  bytes.writeBigInt64BE(BigInt(sentMs), 27)
  bytes.writeBigInt64BE(BigInt(sentMs), 35)
  bytes.writeBigInt64BE(BigInt(producerId), 43)
  bytes.writeInt16BE(producerEpoch, 51)
  bytes.writeInt32BE(firstSequence, 53)
  bytes.writeInt32BE(records.length, 57)
  let at = headBytes
  for (const [index, { key, value, headers }] of records.entries()) {
    const size = sizes[index] as Sizes
    at = writeVarint(bytes, at, size.body)
    // Attributes, and the timestamp delta to the first record.
    bytes[at++] = 0
    bytes[at++] = 0
    at = writeVarint(bytes, at, index)
    at = writeText(bytes, at, key, size.key)
    at = writeText(bytes, at, value, size.value)
    at = writeHeaders(bytes, at, headers)
  }
  bytes.writeUInt32BE(crc32c(bytes.subarray(summedFrom)), 17)
  return bytes
}

interface Sizes {
  readonly key: number
  readonly value: number
  /** The record without its length prefix. */
  readonly body: number
}

function sizesOf({ key, value, headers }: SentRecord, index: number): Sizes {
  const sizes = { key: Buffer.byteLength(key), value: Buffer.byteLength(value) }
  return { ...sizes, body: 2 + varintBytes(index) + withLength(sizes.key) + withLength(sizes.value) + sizeOfHeaders(headers) }
}

const withLength = (bytes: number): number => varintBytes(bytes) + bytes

function sizeOfHeaders(headers: SentRecord['headers']): number {
  if (headers === cloudEventHeaders) return 1 + structured.length
  const texts = Object.entries(headers ?? {}).flat()
  return texts.reduce((sum, text) => sum + withLength(Buffer.byteLength(text)), varintBytes(texts.length / 2))
}

function writeHeaders(bytes: Buffer, at: number, headers: SentRecord['headers']): number {
  if (headers === cloudEventHeaders) return writeVarint(bytes, at, 1) + structured.copy(bytes, at + 1)
  const texts = Object.entries(headers ?? {}).flat()
  return texts.reduce((from, text) => writeText(bytes, from, text, Buffer.byteLength(text)), writeVarint(bytes, at, texts.length / 2))
}

/** Returns the end offset, as do all of these. */
function writeText(bytes: Buffer, at: number, text: string, length: number): number {
  const from = writeVarint(bytes, at, length)
  return from + bytes.write(text, from, length)
}

/** A number from 0 to 2^30, which zigzag doubles. */
function writeVarint(bytes: Buffer, at: number, value: number): number {
  let left = value * 2
  let to = at
  for (; left > 127; left >>>= 7) bytes[to++] = (left & 127) | 128
  bytes[to++] = left
  return to
}

function varintBytes(value: number): number {
  let bytes = 1
  for (let left = value * 2; left > 127; left >>>= 7) bytes += 1
  return bytes
}
