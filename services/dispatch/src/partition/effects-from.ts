import { type Dispatched, type LastDispatched, lastDispatched, recordDispatched } from '@holdfast/folds'
import type { Clock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { SnapshotStore } from '@holdfast/stores'
import type { Streams } from '@holdfast/streams'

/** From where on in a partition of the ledger facts have effects. What lies before makes states only. */
export interface EffectsFrom {
  readonly position: number
  /** Set where dispatch has lost its record of what it sent: of the facts from here up to the position it is not known. */
  readonly unknownFrom?: number
  /** Set where the ledger has lost its end: what went out in this time, which begins and ends at these instants, may follow from facts that will be made anew, and goes out no second time. */
  readonly lost?: NonNullable<Dispatched['lost']>
}

/** So long orders and notices stay in their topics. */
const rememberedMs = 30 * 86_400_000

interface Dependencies {
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly clock: Clock
}

/**
 * Where effects begin. Its record of what went out is the place in `freeze.dispatched`, and beside it the offset of its group and the checkpoint in its store: a ledger with a history of
 * which neither of those two is left has lost it. Then nothing that lies in the ledger now goes out, and that is written down before anything else is done. A store that is left over is
 * cleared, so that the history is gone through whole.
 */
export async function effectsFrom({ streams, store, clock }: Dependencies, partition: number, committed: number): Promise<EffectsFrom> {
  const ledger = topics.ledger.name
  const [start, end] = [await streams.startOffset(ledger, partition), await streams.endOffset(ledger, partition)]
  const known = await lastDispatched(streams, partition)
  const lost = typeof known === 'object' ? lostTime(known, clock.now()) : undefined
  if (typeof known === 'object') {
    if (known.what === 'recordLost') {
      // Whoever wrote that down had no time to find out what had gone out.
      await store.clear(partition)
      return { position: known.position, unknownFrom: known.from ?? start, ...lost }
    }
    // A ledger that begins says so before its first fact: there dispatch may not have been yet.
    const isThere = known.position === start || known.position === end || committed > start
    if (isThere || (await store.load(partition, [])).checkpoint !== undefined) return { position: known.position, ...lost }
  } else if (end === start) return { position: start }
  // An engine that is older than this record has its group's offset.
  else if (known === 'unknown' && committed > start) return { position: Math.min(committed, end) }
  const unknownFrom = typeof known === 'object' ? known.position : start
  await recordDispatched(streams, clock.now(), partition, { what: 'recordLost', position: end, from: unknownFrom, ...lost })
  await store.clear(partition)
  return { position: end, unknownFrom, ...lost }
}

/** From the last place that still is of this ledger until now; what was lost before that is part of it. */
function lostTime({ isCut, notedAt, lost }: LastDispatched, now: Date): Pick<EffectsFrom, 'lost'> {
  if (isCut) return { lost: { from: lost && lost.from < notedAt ? lost.from : notedAt, to: now.toISOString() } }
  return lost && now.getTime() - Date.parse(lost.to) < rememberedMs ? { lost } : {}
}
