import { codecs, unpackedBytesMax } from './codecs.ts'
import { crc32c } from './crc32c.ts'
import { createCursor } from './cursor.ts'

/** What a record batch (format 2, of Kafka 0.11 and later) says before its records. */
export interface RecordBatch {
  readonly firstOffset: number
  /** Of its last record, also where compaction has removed that. */
  readonly lastOffset: number
  readonly producerId: bigint
  readonly inTransaction: boolean
  /** Holds no records but the end of a transaction. */
  readonly isControl: boolean
  /** When the broker took it, else the latest that its sender says. */
  readonly timestampMs: number
  /** From the format's number on. */
  readonly body: Buffer
}

/** A record as it lies in a batch: bytes, which need not be text. */
export interface RawRecord {
  readonly offset: number
  readonly timestampMs: number
  readonly key: Buffer | undefined
  readonly value: Buffer | undefined
  /** Names and values in turn, as often as they were sent. */
  readonly headers: readonly (Buffer | undefined)[]
}

/** Thrown for a batch that can't be read. */
export class UnreadableBatchError extends Error {
  override readonly name = 'UnreadableBatchError'
  readonly batch: RecordBatch
  /** The bytes are what was sent, so that no other try will read them either. */
  readonly forGood: boolean
  constructor(batch: RecordBatch, why: string, forGood: boolean) {
    super(`the record batch from ${batch.firstOffset} to ${batch.lastOffset} can't be read: ${why}`)
    this.batch = batch
    this.forGood = forGood
  }
}

/** Offset, length. */
const prefixBytes = 12
/** From the format's number to the records. */
const headerBytes = 45
/** The records of a batch that the broker takes (1 MB) are far fewer unless nobody needs them: each is an object here. */
const recordsMax = 100_000
const format = 2

/** The whole batches in what a broker sent; what is cut off at its end is left out. Throws where there are no batches. */
export function* batchesIn(records: Buffer): Generator<RecordBatch> {
  let at = 0
  while (records.length - at >= prefixBytes) {
    const firstOffset = Number(records.readBigInt64BE(at))
    const length = records.readInt32BE(at + 8)
    // Four bytes for who led the partition stand before the format's number.
    if (length < 5) throw new RangeError(`${length} is no length of a record batch`)
    const end = at + prefixBytes + length
    if (end > records.length) return
    yield headOf(firstOffset, records.subarray(at + prefixBytes + 4, end))
    at = end
  }
}

function headOf(firstOffset: number, body: Buffer): RecordBatch {
  if (body.readInt8(0) !== format || body.length < headerBytes) {
    return { firstOffset, lastOffset: firstOffset, timestampMs: 0, producerId: -1n, inTransaction: false, isControl: false, body }
  }
  const attributes = body.readInt16BE(5)
  return {
    firstOffset,
    lastOffset: firstOffset + Math.max(0, body.readInt32BE(7)),
    timestampMs: Number(body.readBigInt64BE(19)),
    producerId: body.readBigInt64BE(27),
    inTransaction: (attributes & 0x10) !== 0,
    isControl: (attributes & 0x20) !== 0,
    body,
  }
}

/** True for a batch that ends its producer's transaction as if it had not been. */
export function isAbort(batch: RecordBatch): boolean {
  if (!batch.isControl) return false
  const cursor = createCursor(batch.body.subarray(headerBytes))
  // Of its one record the length, attributes, time, offset and the length of the key.
  cursor.varint()
  cursor.int8()
  cursor.varint()
  cursor.varint()
  cursor.varint()
  // The version of the key, and what it says: 0 is an abort, 1 a commit.
  cursor.int16()
  return cursor.int16() === 0
}

/** Throws UnreadableBatchError. */
export async function recordsOf(batch: RecordBatch): Promise<RawRecord[]> {
  const { body } = batch
  const unreadable = (why: string, forGood = true): UnreadableBatchError => new UnreadableBatchError(batch, why, forGood)
  if (body.readInt8(0) !== format) throw unreadable(`it has the format ${body.readInt8(0)}, which is of before Kafka 0.11`)
  if (body.length < headerBytes) throw unreadable('it ends in its head')
  // A broker takes no batch whose sum is wrong: it is the disk or the way here, and another try may be better.
  if (crc32c(body.subarray(5)) !== body.readUInt32BE(1)) throw unreadable('its checksum is wrong', false)
  const attributes = body.readInt16BE(5)
  const count = body.readInt32BE(headerBytes - 4)
  if (count < 0 || count > recordsMax) throw unreadable(`it has ${count} records, and ${recordsMax} are the most`)
  const packed = body.subarray(headerBytes)
  try {
    const records = (attributes & 7) === 0 ? packed : await unpack(attributes & 7, packed)
    return readRecords(batch, records, count, (attributes & 8) !== 0)
  } catch (error) {
    throw unreadable((error as Error).message)
  }
}

async function unpack(codec: number, packed: Buffer): Promise<Buffer> {
  const known = codecs[codec]
  if (!known) throw new Error(`it is compressed in a way that has the number ${codec}`)
  try {
    return await known.unpack(packed)
  } catch (error) {
    const tooLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    const why = tooLarge ? `it unpacks to more than ${unpackedBytesMax} bytes` : (error as Error).message
    throw new Error(`compressed with ${known.name}, ${why}`)
  }
}

function readRecords(batch: RecordBatch, bytes: Buffer, count: number, takenByBroker: boolean): RawRecord[] {
  const cursor = createCursor(bytes)
  const firstTimestamp = Number(batch.body.readBigInt64BE(11))
  const optional = (): Buffer | undefined => {
    const length = cursor.varint()
    if (length === -1) return undefined
    const from = cursor.skip(length)
    return bytes.subarray(from, from + length)
  }
  const records: RawRecord[] = []
  for (let index = 0; index < count; index += 1) {
    // How long it is, and attributes that mean nothing yet.
    cursor.varint()
    cursor.int8()
    const timestampMs = firstTimestamp + cursor.varint()
    const offset = batch.firstOffset + cursor.varint()
    const key = optional()
    const value = optional()
    const headers: (Buffer | undefined)[] = []
    for (let left = cursor.varint(); left > 0; left -= 1) headers.push(optional(), optional())
    records.push({ offset, timestampMs: takenByBroker ? batch.timestampMs : timestampMs, key, value, headers })
  }
  return records
}
