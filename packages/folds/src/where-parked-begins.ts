import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { parkedEventIn } from './parked-event.ts'

/** As many of the newest records are asked: writers differ in how far they have read, and the lowest of their answers is safe. */
const askedMax = 200

/** The first record of `freeze.parked` that a service needs: what lies before it is about requests that are parked no more. */
export async function whereParkedBegins(streams: Pick<Streams, 'startOffset' | 'endOffset' | 'read'>): Promise<number> {
  const { name } = topics.parked
  const [start, end] = await Promise.all([streams.startOffset(name, 0), streams.endOffset(name, 0)])
  let needed: number | undefined
  for await (const records of streams.read(name, 0, Math.max(start, end - askedMax), end))
    for (const { value, offset } of records) {
      const data = parkedEventIn(value)?.data
      if (data?.what === 'redrive') continue
      // Of an older version, or of a topic that has lost its tail since.
      if (data?.neededFrom === undefined || data.neededFrom > offset) return start
      needed = Math.min(needed ?? data.neededFrom, data.neededFrom)
    }
  return Math.max(start, needed ?? start)
}
