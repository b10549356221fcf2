import { accepted, type Refusal, type Result, refused, topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { RequestViews } from './request-view.ts'
import { placeRefusals, type SealedPlaces } from './sealed-places.ts'
import { positionOf, type StreamPosition } from './stream-position.ts'

/** Reads a position that a member brings. Refused where it is none of this member's, or one that the ledger does not have. */
export type PositionReader = (country: string, text: string) => Promise<Result<StreamPosition, Refusal>>

/**
 * A ledger that was restored from a copy lacks what came after the copy. A position there would be waited for in silence, and once the ledger has grown past it,
 * others' facts would have been left out. So a position is known only if the ledger reaches it and, where this desk has come as far, has the very fact there that
 * the position was given behind.
 */
export const createPositionReader =
  (streams: Streams, views: RequestViews, places: SealedPlaces, partitions: number): PositionReader =>
  async (country, text) => {
    const opened = places.open(country, 'stream', text)
    if (!opened.ok) return opened
    const position = positionOf(opened.value)
    const read = views.positions()
    for (const [partition, next] of position.next) {
      if (next <= (read.get(partition) ?? 0)) continue
      // Another desk may have read on.
      if (partition >= partitions || next > (await streams.endOffset(topics.ledger.name, partition))) return refused(placeRefusals.beyond)
    }
    const { last } = position
    const hasRead = last && last.offset < (views.positions().get(last.partition) ?? 0)
    return hasRead && views.markAt(last.partition, last.offset) !== last.mark ? refused(placeRefusals.beyond) : accepted(position)
  }
