import { hash } from 'node:crypto'
import { type OutgoingRecord, offsetAfter, type StreamRecord, type Streams } from './port.ts'

/**
 * What lay right before a place in a partition: a log that lost its tail and grew again has other records there, though its offsets look the same.
 * `next` is an offset, `mark` the first 48 bits of the SHA-256 of the value before it.
 */
export interface PastMark {
  readonly next: number
  readonly mark: string
}

/** What a reader has seen of a partition, oldest first: close marks near its place, fewer the farther back, so that it can tell from where on a log is another one. At most 40. */
export type Past = readonly PastMark[]

const markOf = (value: string): string => hash('sha256', value).slice(0, 12)

/** The mark behind a record. */
export const markAfter = (record: StreamRecord): PastMark => ({ next: offsetAfter(record), mark: markOf(record.value) })

export const isSameMark = (one: PastMark, other: PastMark): boolean => one.next === other.next && one.mark === other.mark

/** 3 µs a batch. */
export function pastAfter(past: Past, last: Pick<OutgoingRecord, 'value'>, next: number): Past {
  const before = past.filter(each => each.next < next)
  // Of those that are about as far back, the oldest stays.
  const farness = (each: PastMark) => Math.floor(Math.log2(next - each.next))
  const thinned = before.filter((each, index) => index === 0 || farness(before[index - 1] as PastMark) !== farness(each))
  return [...thinned, { next, mark: markOf(last.value) }]
}

/** The same after a batch as a reader was given it. */
export function pastAfterBatch(past: Past, records: readonly StreamRecord[]): Past {
  const last = records.at(-1)
  return last ? pastAfter(past, last, offsetAfter(last)) : past
}

export type PastReader = Pick<Streams, 'startOffset' | 'read'>

/**
 * The place up to which a partition still is what its reader saw: the newest mark that holds, 0 where none does. What retention has removed counts as unchanged.
 */
export async function lastingPast(streams: PastReader, topic: string, partition: number, past: Past): Promise<number> {
  for (const mark of past.toReversed()) if (await isThere(streams, topic, partition, mark)) return mark.next
  return 0
}

async function isThere(streams: PastReader, topic: string, partition: number, { next, mark }: PastMark): Promise<boolean> {
  for await (const records of streams.read(topic, partition, next - 1, next)) for (const { value } of records) return markOf(value) === mark
  return next <= (await streams.startOffset(topic, partition))
}

/** What lies right before a place; undefined at the start, and where nothing is. */
export async function markBefore(streams: PastReader, topic: string, partition: number, next: number): Promise<PastMark | undefined> {
  if (next > 0) for await (const [record] of streams.read(topic, partition, next - 1, next)) if (record) return markAfter(record)
  return undefined
}

/** For where a past is kept beside a position. */
export const writePast = (past: Past): string => past.map(({ next, mark }) => `${next}:${mark}`).join(' ')

/** What can't be read, such as what somebody else kept there, is no past. */
export function readPast(text: string): Past {
  if (!/^(\d+:[0-9a-f]{12}( |$))*$/.test(text)) return []
  return text.split(' ').flatMap(each => {
    const [next, mark] = each.split(':')
    return mark ? [{ next: Number(next), mark }] : []
  })
}
