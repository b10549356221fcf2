import { hash } from 'node:crypto'
import { type OutgoingRecord, offsetAfter, type StreamRecord, type Streams } from './port.ts'

/**
 * Identifies the record right before an offset. A truncated log that grew again has other records there, though its
 * offsets look the same. `next` is an offset; `mark` is the first 48 bits of the SHA-256 of the value before it.
 */
export interface LogFingerprint {
  readonly next: number
  readonly digest: string
}

/**
 * Fingerprints that a reader keeps of a partition, oldest first. They are dense near its offset and sparse farther
 * back, so that it finds where the log changed. At most 40.
 */
export type LogFingerprints = readonly LogFingerprint[]

const digestOf = (value: string): string => hash('sha256', value).slice(0, 12)

/** The fingerprint right after a record. */
export const fingerprintAfter = (record: StreamRecord): LogFingerprint => ({ next: offsetAfter(record), digest: digestOf(record.value) })

export const isSameFingerprint = (one: LogFingerprint, other: LogFingerprint): boolean =>
  one.next === other.next && one.digest === other.digest

/** Adds the fingerprint after the last record. Takes 3 µs a batch. */
export function fingerprintsAfter(fingerprints: LogFingerprints, last: Pick<OutgoingRecord, 'value'>, next: number): LogFingerprints {
  const before = fingerprints.filter(each => each.next < next)
  // Of fingerprints at a similar distance, keep the oldest.
  const distance = (each: LogFingerprint) => Math.floor(Math.log2(next - each.next))
  const thinned = before.filter((each, index) => index === 0 || distance(before[index - 1] as LogFingerprint) !== distance(each))
  return [...thinned, { next, digest: digestOf(last.value) }]
}

/** Adds the fingerprint after a batch that the reader received. */
export function fingerprintsAfterBatch(fingerprints: LogFingerprints, records: readonly StreamRecord[]): LogFingerprints {
  const last = records.at(-1)
  return last ? fingerprintsAfter(fingerprints, last, offsetAfter(last)) : fingerprints
}

export type FingerprintReader = Pick<Streams, 'startOffset' | 'read'>

/**
 * The offset up to which a partition still matches its reader's fingerprints, or 0 if none matches. Records that
 * retention removed count as unchanged.
 */
export async function unchangedUpTo(
  streams: FingerprintReader,
  topic: string,
  partition: number,
  fingerprints: LogFingerprints,
): Promise<number> {
  for (const fingerprint of fingerprints.toReversed()) if (await isThere(streams, topic, partition, fingerprint)) return fingerprint.next
  return 0
}

async function isThere(streams: FingerprintReader, topic: string, partition: number, { next, digest }: LogFingerprint): Promise<boolean> {
  for await (const records of streams.read(topic, partition, next - 1, next))
    for (const { value } of records) return digestOf(value) === digest
  return next <= (await streams.startOffset(topic, partition))
}

/** The fingerprint right before an offset; undefined at the start, and where no record is. */
export async function fingerprintBefore(
  streams: FingerprintReader,
  topic: string,
  partition: number,
  next: number,
): Promise<LogFingerprint | undefined> {
  if (next > 0) for await (const [record] of streams.read(topic, partition, next - 1, next)) if (record) return fingerprintAfter(record)
  return undefined
}

/** For storage next to an offset. */
export const formatFingerprints = (fingerprints: LogFingerprints): string =>
  fingerprints.map(({ next, digest }) => `${next}:${digest}`).join(' ')

/** Text in another format, for example another client's commit metadata, yields no fingerprints. */
export function parseFingerprints(text: string): LogFingerprints {
  if (!/^(\d+:[0-9a-f]{12}( |$))*$/.test(text)) return []
  return text.split(' ').flatMap(each => {
    const [next, digest] = each.split(':')
    return digest ? [{ next: Number(next), digest }] : []
  })
}
