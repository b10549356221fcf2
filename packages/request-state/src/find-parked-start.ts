import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { parkedEventIn } from './parked-event.ts'

/**
 * This many of the newest records are compared: writers differ in how far they have read, and the lowest of their
 * offsets is safe.
 */
const askedMax = 200

/**
 * Returns the first offset of `freeze.parked` that a service needs: all records before it are about requests that have
 * been released.
 */
export async function whereParkedBegins(streams: Pick<Streams, 'startOffset' | 'endOffset' | 'read'>): Promise<number> {
  const { name } = topics.parked
  const [start, end] = await Promise.all([streams.startOffset(name, 0), streams.endOffset(name, 0)])
  let needed: number | undefined
  for await (const records of streams.read(name, 0, Math.max(start, end - askedMax), end))
    for (const { value, offset } of records) {
      const data = parkedEventIn(value)?.data
      if (data?.what === 'redrive') continue
      // Written by an older version, or the topic has been truncated since.
      if (data?.neededFrom === undefined || data.neededFrom > offset) return start
      needed = Math.min(needed ?? data.neededFrom, data.neededFrom)
    }
  return Math.max(start, needed ?? start)
}
