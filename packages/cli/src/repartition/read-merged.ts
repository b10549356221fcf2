import type { StreamRecord, Streams } from '@holdfast/streams'

/** A part of one partition, from one offset up to, not including, another. */
export interface Range {
  readonly partition: number
  readonly from: number
  readonly to: number
}

interface Cursor {
  readonly batches: AsyncGenerator<readonly StreamRecord[]>
  batch: readonly StreamRecord[]
  at: number
}

/**
 * Yields the records of several partitions by their timestamps. Records of one partition stay in order, whatever its
 * clock.
 */
export async function* readMerged(streams: Pick<Streams, 'read'>, topic: string, ranges: readonly Range[]): AsyncGenerator<StreamRecord> {
  const cursors: Cursor[] = []
  for (const { partition, from, to } of ranges) {
    const cursor: Cursor = { batches: streams.read(topic, partition, from, to), batch: [], at: 0 }
    if (from < to && (await advance(cursor))) cursors.push(cursor)
  }
  while (cursors.length > 0) {
    const next = cursors.reduce((a, b) => (takenAt(b) < takenAt(a) ? b : a))
    yield next.batch[next.at] as StreamRecord
    next.at++
    if (next.at >= next.batch.length && !(await advance(next))) cursors.splice(cursors.indexOf(next), 1)
  }
}

const takenAt = ({ batch, at }: Cursor): number => batch[at]?.timestampMs ?? 0

async function advance(cursor: Cursor): Promise<boolean> {
  do {
    const { done, value } = await cursor.batches.next()
    if (done) return false
    cursor.batch = value
    cursor.at = 0
  } while (cursor.batch.length === 0)
  return true
}
