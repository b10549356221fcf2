import { isUtf8 } from 'node:buffer'
import { decodeUtf8 } from '@holdfast/schemas'
import { cloudEventHeaders, type StreamRecord } from '../port.ts'
import { createCursor } from './cursor.ts'
import { type RecordBatch, UnreadableBatchError, unpackBatch } from './record-batch.ts'
import { structured } from './structured.ts'

/**
 * Decodes the records of a batch. Other clients may omit the key or value, repeat a header, or write invalid UTF-8.
 * Such a record is decoded as far as possible, and its `damage` says why. Throws UnreadableBatchError.
 */
export async function recordsOf(topic: string, partition: number, batch: RecordBatch, recordsMax: number): Promise<StreamRecord[]> {
  const bytes = await unpackBatch(batch, recordsMax)
  try {
    return readRecords(topic, partition, batch, bytes)
  } catch (error) {
    throw new UnreadableBatchError(batch, (error as Error).message, true)
  }
}

function readRecords(topic: string, partition: number, batch: RecordBatch, bytes: Buffer): StreamRecord[] {
  const cursor = createCursor(bytes)
  let damage: string | undefined

  function text(what: string, name = ''): string {
    const length = cursor.varint()
    if (length === -1) return ''
    const from = cursor.skip(length)
    const read = bytes.toString('utf8', from, from + length)
    // Invalid bytes become this character. Searching for it costs a tenth of checking every text.
    if (damage === undefined && read.includes('\ufffd')) damage = damageOf(bytes.subarray(from, from + length), what, name)
    return read
  }

  function headersOf(): Readonly<Record<string, string>> {
    const count = cursor.varint()
    if (count === 1 && isStructured(bytes, cursor.skip(0))) {
      cursor.skip(structured.length)
      return cloudEventHeaders
    }
    const headers: Record<string, string> = {}
    for (let left = count; left > 0; left -= 1) {
      const name = text('the name of a header')
      const value = text('the header', name)
      if (isOneOfAKind(name) && Object.hasOwn(headers, name)) damage ??= `the header ${name.slice(0, nameMax)} appears twice. Send it once.`
      headers[name] = value
    }
    return headers
  }

  return Array.from({ length: batch.count }, () => {
    damage = undefined
    // Skip the length and the unused attributes.
    cursor.varint()
    cursor.int8()
    const sentAfterMs = cursor.varint()
    const timestampMs = batch.isTimedByBroker ? batch.timestampMs : batch.firstTimestampMs + sentAfterMs
    const offset = batch.firstOffset + cursor.varint()
    const record = { topic, partition, offset, key: text('the key'), value: text('the value'), headers: headersOf(), timestampMs }
    return damage === undefined ? record : { ...record, damage }
  })
}

/** All records with this header share one object. */
const isStructured = (bytes: Buffer, at: number): boolean =>
  at + structured.length <= bytes.length && bytes.compare(structured, 0, structured.length, at, at + structured.length) === 0

/** The most characters of a header name in a message. */
const nameMax = 100

/**
 * Headers that identify the event or its sender. If one is repeated, readers could each use another value. Other
 * headers, such as tracing, may be repeated; the last one counts.
 */
const isOneOfAKind = (name: string): boolean => name.startsWith('ce_') || name === 'content-type' || name === 'authorization'

function damageOf(bytes: Buffer, what: string, name: string): string | undefined {
  if (isUtf8(bytes)) return undefined
  const decoded = decodeUtf8(bytes)
  const where = decoded.ok ? 'not UTF-8' : (decoded.error[0]?.message ?? 'not UTF-8')
  return `${name === '' ? what : `${what} ${name.slice(0, nameMax)}`} is ${where}`
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

/**
 * Stands for all records of an unreadable batch, so that the consumer can turn it into a dead letter with its offset.
 */
export const toDamagedRecord = (
  topic: string,
  partition: number,
  from: number,
  { batch, message }: UnreadableBatchError,
): StreamRecord => ({
  topic,
  partition,
  offset: Math.max(from, batch.firstOffset),
  lastOffset: batch.lastOffset,
  key: '',
  value: '',
  headers: noHeaders,
  timestampMs: Math.max(0, batch.timestampMs),
  damage: message,
})
