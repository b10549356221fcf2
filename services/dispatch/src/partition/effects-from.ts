import type { Workflow } from '@holdfast/core'
import { type Dispatched, type LastDispatched, lastDispatched, recordDispatched } from '@holdfast/request-state'
import type { Clock } from '@holdfast/runtime'
import type { SnapshotStore } from '@holdfast/stores'
import type { Streams } from '@holdfast/streams'

/** The offset of a ledger partition from which facts have effects. Earlier facts only lead to states. */
export interface EffectsFrom {
  readonly position: number
  /** Set if dispatch has lost its record: the effects of facts from here up to `position` are unknown. */
  readonly unknownFrom?: number
  /**
   * Set after log truncation of the ledger. Messages sent between these instants may belong to facts that will be
   * written again, and are not sent twice.
   */
  readonly lost?: NonNullable<Dispatched['lost']>
}

/** Retention of orders and notifications in their topics. */
const rememberedMs = 30 * 86_400_000

interface Dependencies {
  readonly workflow: Pick<Workflow, 'topics'>
  readonly streams: Streams
  readonly store: SnapshotStore
  readonly clock: Clock
}

/**
 * Determines where effects begin. The record is the offset in the topic `dispatched`, together with the committed offset
 * of the group and the snapshot offset of the store.
 *
 * If a ledger has a history and both of the latter are missing, the record is lost. Then no fact in the ledger has
 * effects, and that is recorded before anything else. A leftover store is cleared, so that the whole history is read.
 */
export async function effectsFrom(
  { workflow: { topics }, streams, store, clock }: Dependencies,
  partition: number,
  committed: number,
): Promise<EffectsFrom> {
  const ledger = topics.ledger.name
  const [start, end] = [await streams.startOffset(ledger, partition), await streams.endOffset(ledger, partition)]
  const known = await lastDispatched(streams, topics, partition)
  const lost = typeof known === 'object' ? lostTime(known, clock.now()) : undefined
  if (typeof known === 'object') {
    if (known.what === 'recordLost') {
      // The process that recorded the loss stopped before it could determine what was sent.
      await store.clear(partition)
      return { position: known.position, unknownFrom: known.from ?? start, ...lost }
    }
    // A new ledger records its start before its first fact, when dispatch may not have run yet.
    const isRecordComplete = known.position === start || known.position === end || committed > start
    if (isRecordComplete || (await store.load(partition, [])).snapshotOffset !== undefined) return { position: known.position, ...lost }
  } else if (end === start) return { position: start }
  // An engine from before this record has the group's committed offset.
  else if (known === 'unknown' && committed > start) return { position: Math.min(committed, end) }
  const unknownFrom = typeof known === 'object' ? known.position : start
  await recordDispatched(streams, topics, clock.now(), partition, { what: 'recordLost', position: end, from: unknownFrom, ...lost })
  await store.clear(partition)
  return { position: end, unknownFrom, ...lost }
}

/** The period from the last record that matches this ledger until now; includes an earlier loss. */
function lostTime({ isTruncated, recordedAt, lost }: LastDispatched, now: Date): Pick<EffectsFrom, 'lost'> {
  if (isTruncated) return { lost: { from: lost && lost.from < recordedAt ? lost.from : recordedAt, to: now.toISOString() } }
  return lost && now.getTime() - Date.parse(lost.to) < rememberedMs ? { lost } : {}
}
