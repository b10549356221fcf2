import { isUtf8 } from 'node:buffer'
import { decodeUtf8 } from '@holdfast/schemas'
import type { StreamRecord } from '../port.ts'
import type { RawRecord, UnreadableBatchError } from './record-batch.ts'

/** Other clients may leave out the key or the value, repeat a header, or write bytes that are no UTF-8: then it reads as well as it can, and says so. */
export function toRecord(topic: string, partition: number, raw: RawRecord): StreamRecord {
  let damage: string | undefined
  const text = (bytes: Buffer | undefined, what: string): string => {
    if (!bytes) return ''
    const read = bytes.toString()
    // What can't be read becomes this letter, and most texts have none: looking for it costs a tenth of checking the bytes.
    if (damage === undefined && read.includes('\ufffd') && !isUtf8(bytes)) damage = `${what} is ${placeOf(bytes)}`
    return read
  }
  const key = text(raw.key, 'the key')
  const value = text(raw.value, 'the value')
  const headers: Record<string, string> = {}
  for (let at = 0; at < raw.headers.length; at += 2) {
    const name = text(raw.headers[at], 'the name of a header')
    const given = text(raw.headers[at + 1], `the header ${name.slice(0, nameMax)}`)
    if (isOneOfAKind(name) && Object.hasOwn(headers, name)) damage ??= `the header ${name.slice(0, nameMax)} is there twice: send it once`
    headers[name] = given
  }
  const record = { topic, partition, offset: raw.offset, key, value, headers, timestampMs: raw.timestampMs }
  return damage === undefined ? record : { ...record, damage }
}

/** A name in a sentence. */
const nameMax = 100

/** Says what the event is, or whose: of two, each reader could believe another one. Other headers (of tracing, say) may be repeated; the last is read. */
const isOneOfAKind = (name: string): boolean => name.startsWith('ce_') || name === 'content-type' || name === 'authorization'

function placeOf(bytes: Buffer): string {
  const decoded = decodeUtf8(bytes)
  return decoded.ok ? 'not UTF-8' : (decoded.error[0]?.message ?? 'not UTF-8')
}

const noHeaders: Readonly<Record<string, string>> = Object.freeze({})

/** Stands for all the records of a batch that can't be read, so that who works on the partition can put it aside with its place. */
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
