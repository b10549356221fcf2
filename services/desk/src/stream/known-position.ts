import { accepted, type Refusal, type Result, refused } from '@holdfast/schemas'
import { type CursorCodec, cursorRefusals } from '../cursors/cursor-codec.ts'
import { positionOf, type StreamPosition } from '../cursors/stream-position.ts'
import type { JoinedLedgers } from '../ledgers/joined-ledgers.ts'
import type { RequestProjection } from '../projection/request-projection.ts'

/** Reads the stream cursor of a member. Refuses one of another member, and one that the ledger does not have. */
export type PositionReader = (country: string, text: string) => Promise<Result<StreamPosition, Refusal>>

/**
 * A ledger that was restored from a backup lacks later records. A client with a cursor into them would wait without a
 * sign, and would miss the facts that now have these offsets. So the ledger must reach the position. If this desk has
 * read that far, the facts before the position must also be the same, in each partition. Otherwise the stream checks
 * once the desk has read that far.
 */
export const createPositionReader =
  (
    ledgers: Pick<JoinedLedgers<unknown>, 'endOffset' | 'partitions'>,
    views: Pick<RequestProjection, 'positions' | 'hashPrefixAt' | 'hashPrefixBefore'>,
    cursors: CursorCodec,
  ): PositionReader =>
  async (country, text) => {
    const { partitions } = ledgers
    const decoded = cursors.decode(country, 'stream', text)
    if (!decoded.ok) return decoded
    const position = positionOf(decoded.value, partitions)
    const read = views.positions()
    for (const [partition, next] of position.next) {
      if (next <= (read.get(partition) ?? 0)) continue
      // Another desk may have read further.
      if (partition >= partitions || next > (await ledgers.endOffset(partition))) return refused(cursorRefusals.beyond)
    }
    const { last } = position
    const hasRead = last && last.offset < (views.positions().get(last.partition) ?? 0)
    if (hasRead && views.hashPrefixAt(last.partition, last.offset) !== last.hashPrefix) return refused(cursorRefusals.beyond)
    return hasSameLogPrefix(views, position) ? accepted(position) : refused(cursorRefusals.beyond)
  }

/** Whether the last fact before the position is the same in each partition that this desk has read that far. */
export function hasSameLogPrefix(
  views: Pick<RequestProjection, 'positions' | 'hashPrefixBefore'>,
  { next, hashPrefixes }: StreamPosition,
): boolean {
  const read = views.positions()
  for (const [partition, mark] of hashPrefixes) {
    const at = next.get(partition) ?? 0
    if (at <= (read.get(partition) ?? 0) && views.hashPrefixBefore(partition, at) !== mark) return false
  }
  return true
}
