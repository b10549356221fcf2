import { codecs, unpackedBytesMax } from './codecs.ts'
import { crc32c } from './crc32c.ts'
import { createCursor } from './cursor.ts'

/** The header of a record batch (format 2, of Kafka 0.11 and later). */
export interface RecordBatch {
  readonly firstOffset: number
  /** The offset of the last record, even if compaction removed it. */
  readonly lastOffset: number
  readonly producerId: bigint
  readonly inTransaction: boolean
  /** Marks the end of a transaction and holds no records. */
  readonly isControl: boolean
  /** When the broker accepted it, or otherwise the latest timestamp of the sender. */
  readonly timestampMs: number
  readonly isTimedByBroker: boolean
  readonly firstTimestampMs: number
  /** The number of records according to the header. */
  readonly count: number
  /** From the magic byte on. */
  readonly body: Buffer
}

/** Thrown for a batch that can't be read. */
export class UnreadableBatchError extends Error {
  override readonly name = 'UnreadableBatchError'
  readonly batch: RecordBatch
  /** The bytes are as they were sent, so a retry can't read them either. */
  readonly isPermanent: boolean
  constructor(batch: RecordBatch, why: string, isPermanent: boolean) {
    super(`the record batch from ${batch.firstOffset} to ${batch.lastOffset} can't be read: ${why}`)
    this.batch = batch
    this.isPermanent = isPermanent
  }
}

/** Offset and length. */
const prefixBytes = 12
/** From the magic byte to the records. */
const headerBytes = 45
const format = 2

/** The complete batches of an answer; a cut-off last batch is left out. Throws if the bytes are no batches. */
export function* batchesIn(records: Buffer): Generator<RecordBatch> {
  let at = 0
  while (records.length - at >= prefixBytes) {
    const firstOffset = Number(records.readBigInt64BE(at))
    const length = records.readInt32BE(at + 8)
    // Four bytes of leader epoch precede the magic byte.
    if (length < 5) throw new RangeError(`${length} is not a valid length of a record batch`)
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

/** For a record older than Kafka 0.11, which has no such header. */
const emptyHead = Buffer.alloc(headerBytes)

/** Whether a batch aborts its producer's transaction. */
export function isAbort(batch: RecordBatch): boolean {
  if (!batch.isControl) return false
  const cursor = createCursor(batch.body.subarray(headerBytes))
  // Skip length, attributes, timestamp, offset and key length of its single record.
  cursor.varint()
  cursor.int8()
  cursor.varint()
  cursor.varint()
  cursor.varint()
  // The key: its version, then 0 for an abort or 1 for a commit.
  cursor.int16()
  return cursor.int16() === 0
}

/**
 * The consecutive records of a batch, unpacked. Throws UnreadableBatchError, also for more than `recordsMax` records.
 */
export async function unpackBatch(batch: RecordBatch, recordsMax: number): Promise<Buffer> {
  const { body, count } = batch
  if (body.readInt8(0) !== format) throw new UnreadableBatchError(batch, `its format ${body.readInt8(0)} is older than Kafka 0.11`, true)
  if (body.length < headerBytes) throw new UnreadableBatchError(batch, 'its header is incomplete', true)
  // A broker accepts no batch with a wrong checksum. So the disk or the network damaged it, and a retry may succeed.
  if (crc32c(body.subarray(5)) !== body.readUInt32BE(1)) throw new UnreadableBatchError(batch, 'its checksum is wrong', false)
  if (count < 0 || count > recordsMax)
    throw new UnreadableBatchError(batch, `it has ${count} records, more than the limit of ${recordsMax}`, true)
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
  if (!known) throw new Error(`its compression codec ${codec} is unknown`)
  try {
    return await known.unpack(packed)
  } catch (error) {
    const tooLarge = (error as { code?: string }).code === 'ERR_BUFFER_TOO_LARGE'
    const why = tooLarge ? `it unpacks to more than ${unpackedBytesMax} bytes` : (error as Error).message
    throw new Error(`compressed with ${known.name}, ${why}`)
  }
}
