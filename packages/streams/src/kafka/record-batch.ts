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
  readonly isTimedByBroker: boolean
  readonly firstTimestampMs: number
  /** How many records it says it has. */
  readonly count: number
  /** From the format's number on. */
  readonly body: Buffer
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
  const isKnown = body.readInt8(0) === format && body.length >= headerBytes
  const head = isKnown ? body : emptyHead
  const attributes = head.readInt16BE(5)
  return {
    firstOffset,
    lastOffset: firstOffset + Math.max(0, head.readInt32BE(7)),
    firstTimestampMs: Number(head.readBigInt64BE(11)),
    timestampMs: Number(head.readBigInt64BE(19)),
    producerId: head.readBigInt64BE(27),
    count: head.readInt32BE(41),
    isTimedByBroker: (attributes & 8) !== 0,
    inTransaction: (attributes & 0x10) !== 0,
    isControl: (attributes & 0x20) !== 0,
    body,
  }
}

/** For what has no such head, which is one record of before Kafka 0.11. */
const emptyHead = Buffer.alloc(headerBytes)

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

/** The records of a batch one after the other, unpacked; of more than `recordsMax` it is not. Throws UnreadableBatchError. */
export async function unpackBatch(batch: RecordBatch, recordsMax: number): Promise<Buffer> {
  const { body, count } = batch
  if (body.readInt8(0) !== format)
    throw new UnreadableBatchError(batch, `it has the format ${body.readInt8(0)}, of before Kafka 0.11`, true)
  if (body.length < headerBytes) throw new UnreadableBatchError(batch, 'it ends in its head', true)
  // A broker takes no batch whose sum is wrong: it is the disk or the way here, and another try may be better.
  if (crc32c(body.subarray(5)) !== body.readUInt32BE(1)) throw new UnreadableBatchError(batch, 'its checksum is wrong', false)
  if (count < 0 || count > recordsMax)
    throw new UnreadableBatchError(batch, `it has ${count} records, and ${recordsMax} are the most`, true)
  const codec = body.readInt16BE(5) & 7
  const packed = body.subarray(headerBytes)
  if (codec === 0) return packed
  try {
    return await unpack(codec, packed)
  } catch (error) {
    throw new UnreadableBatchError(batch, (error as Error).message, true)
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
