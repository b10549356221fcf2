import { accepted, type Refusal, type Result, refused, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import { type CursorCodec, cursorRefusals } from '../cursors/cursor-codec.ts'
import { positionOf, type StreamPosition } from '../cursors/stream-position.ts'
import type { RequestProjection } from '../projection/request-projection.ts'

/** Reads a position that a member brings. Refused where it is none of this member's, or one that the ledger does not have. */
export type PositionReader = (country: string, text: string) => Promise<Result<StreamPosition, Refusal>>

/**
 * A ledger that was restored from a copy lacks what came after the copy. A position there would be waited for in silence, and once the ledger has grown past it,
 * others' facts would have been left out. So a position is known only if the ledger reaches it and, where this desk has come as far, has the very facts there that
 * the position was given behind, one in each partition. Where it has not, the stream looks once it has.
 */
export const createPositionReader =
  (
    streams: Streams,
    views: Pick<RequestProjection, 'positions' | 'markAt' | 'markBefore'>,
    places: CursorCodec,
    partitions: number,
  ): PositionReader =>
  async (country, text) => {
    const opened = places.open(country, 'stream', text)
    if (!opened.ok) return opened
    const position = positionOf(opened.value, partitions)
    const read = views.positions()
    for (const [partition, next] of position.next) {
      if (next <= (read.get(partition) ?? 0)) continue
      // Another desk may have read on.
      if (partition >= partitions || next > (await streams.endOffset(topics.ledger.name, partition))) return refused(cursorRefusals.beyond)
    }
    const { last } = position
    const hasRead = last && last.offset < (views.positions().get(last.partition) ?? 0)
    if (hasRead && views.markAt(last.partition, last.offset) !== last.mark) return refused(cursorRefusals.beyond)
    return hasSameLogPrefix(views, position) ? accepted(position) : refused(cursorRefusals.beyond)
  }

/** Whether in each partition that this desk has read as far the last fact before a position is the one that it was given behind. */
export function hasSameLogPrefix(views: Pick<RequestProjection, 'positions' | 'markBefore'>, { next, marks }: StreamPosition): boolean {
  const read = views.positions()
  for (const [partition, mark] of marks) {
    const at = next.get(partition) ?? 0
    if (at <= (read.get(partition) ?? 0) && views.markBefore(partition, at) !== mark) return false
  }
  return true
}
