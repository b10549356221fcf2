import { hash } from 'node:crypto'
import { type OutgoingRecord, offsetAfter, type StreamRecord, type Streams } from './port.ts'

/**
 * What lay right before a place in a partition: a log that lost its tail and grew again has other records there, though its offsets look the same.
 * `next` is an offset, `mark` the first 48 bits of the SHA-256 of the value before it.
 */
export interface LogFingerprint {
  readonly next: number
  readonly mark: string
}

/** What a reader has seen of a partition, oldest first: close marks near its place, fewer the farther back, so that it can tell from where on a log is another one. At most 40. */
export type LogFingerprints = readonly LogFingerprint[]

const markOf = (value: string): string => hash('sha256', value).slice(0, 12)

/** The mark behind a record. */
export const fingerprintAfter = (record: StreamRecord): LogFingerprint => ({ next: offsetAfter(record), mark: markOf(record.value) })

export const isSameFingerprint = (one: LogFingerprint, other: LogFingerprint): boolean => one.next === other.next && one.mark === other.mark

/** 3 µs a batch. */
export function fingerprintsAfter(past: LogFingerprints, last: Pick<OutgoingRecord, 'value'>, next: number): LogFingerprints {
  const before = past.filter(each => each.next < next)
  // Of those that are about as far back, the oldest stays.
  const farness = (each: LogFingerprint) => Math.floor(Math.log2(next - each.next))
  const thinned = before.filter((each, index) => index === 0 || farness(before[index - 1] as LogFingerprint) !== farness(each))
  return [...thinned, { next, mark: markOf(last.value) }]
}

/** The same after a batch as a reader was given it. */
export function fingerprintsAfterBatch(past: LogFingerprints, records: readonly StreamRecord[]): LogFingerprints {
  const last = records.at(-1)
  return last ? fingerprintsAfter(past, last, offsetAfter(last)) : past
}

export type FingerprintReader = Pick<Streams, 'startOffset' | 'read'>

/**
 * The place up to which a partition still is what its reader saw: the newest mark that holds, 0 where none does. What retention has removed counts as unchanged.
 */
export async function unchangedUpTo(streams: FingerprintReader, topic: string, partition: number, past: LogFingerprints): Promise<number> {
  for (const mark of past.toReversed()) if (await isThere(streams, topic, partition, mark)) return mark.next
  return 0
}

async function isThere(streams: FingerprintReader, topic: string, partition: number, { next, mark }: LogFingerprint): Promise<boolean> {
  for await (const records of streams.read(topic, partition, next - 1, next)) for (const { value } of records) return markOf(value) === mark
  return next <= (await streams.startOffset(topic, partition))
}

/** What lies right before a place; undefined at the start, and where nothing is. */
export async function fingerprintBefore(
  streams: FingerprintReader,
  topic: string,
  partition: number,
  next: number,
): Promise<LogFingerprint | undefined> {
  if (next > 0) for await (const [record] of streams.read(topic, partition, next - 1, next)) if (record) return fingerprintAfter(record)
  return undefined
}

/** For where a past is kept beside a position. */
export const formatFingerprints = (past: LogFingerprints): string => past.map(({ next, mark }) => `${next}:${mark}`).join(' ')

/** What can't be read, such as what somebody else kept there, is no past. */
export function parseFingerprints(text: string): LogFingerprints {
  if (!/^(\d+:[0-9a-f]{12}( |$))*$/.test(text)) return []
  return text.split(' ').flatMap(each => {
    const [next, mark] = each.split(':')
    return mark ? [{ next: Number(next), mark }] : []
  })
}
