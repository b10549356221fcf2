import type { FoldedBatch } from '@holdfast/folds'
import type { Logger } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { StreamRecord, Streams } from '@holdfast/streams'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { type AlreadySent, createAlreadySent } from './already-sent.ts'
import type { EffectsFrom } from './effects-from.ts'

/** The first record of those that a batch was folded from; undefined where there is none. */
type First = Pick<StreamRecord, 'offset' | 'timestampMs'> | undefined

/** Leaves out of what a batch makes what somebody has sent already. */
export interface Unsent {
  of(outbound: readonly Outbound[], batch: FoldedBatch<DispatchState>, first: First): Promise<readonly Outbound[]>
  /** The same of a request that is tried again: an owner before may have tried it too, and sent what it could. */
  ofRedriven(outbound: readonly Outbound[], batch: FoldedBatch<DispatchState>, first: First): Promise<readonly Outbound[]>
}

export interface UnsentOptions extends Pick<EffectsFrom, 'lost'> {
  readonly streams: Streams
  readonly log: Logger
  readonly partition: number
  /** Facts before this offset may have been worked on by an owner that died between sending and saying so. */
  readonly uncertainBefore: number
}

export function createUnsent({ streams, log, partition, uncertainBefore, lost }: UnsentOptions): Unsent {
  /** What follows from facts that the ledger has lost, and that may be made anew at any time. */
  const ofLost = lost && createAlreadySent(streams, Date.parse(lost.from), Date.parse(lost.to))
  /** What the owner before may have sent, as far as it was read back. */
  let ofOwnerBefore: (AlreadySent & { readonly sinceMs: number }) | undefined

  function sentSince(sinceMs: number): AlreadySent {
    if (ofOwnerBefore === undefined || sinceMs < ofOwnerBefore.sinceMs) ofOwnerBefore = { ...createAlreadySent(streams, sinceMs), sinceMs }
    return ofOwnerBefore
  }

  async function without(outbound: readonly Outbound[], sent: AlreadySent): Promise<readonly Outbound[]> {
    const fresh: Outbound[] = []
    // The ledger tells a repeated command by itself.
    for (const item of outbound) if (item.topic === topics.commands || !(await sent.has(item.topic, item.id))) fresh.push(item)
    if (fresh.length < outbound.length) log.info({ partition, known: outbound.length - fresh.length }, 'had been sent before')
    return fresh
  }

  /** @param sinceMs when the owner before may have begun to send this; undefined where it can't have. */
  async function freshOf(outbound: readonly Outbound[], sinceMs: number | undefined): Promise<readonly Outbound[]> {
    const anew = ofLost ? await without(outbound, ofLost) : outbound
    return sinceMs !== undefined && anew.length > 0 ? without(anew, sentSince(sinceMs)) : anew
  }

  return {
    of(outbound, batch, first) {
      if (first && first.offset < uncertainBefore) return freshOf(outbound, earliestOf(batch, first.timestampMs))
      // Past the uncertain facts for good: what was read back is not needed again.
      ofOwnerBefore = undefined
      return freshOf(outbound, undefined)
    },
    ofRedriven(outbound, batch, first) {
      ofOwnerBefore = undefined
      return freshOf(outbound, first && earliestOf(batch, first.timestampMs))
    },
  }
}

/**
 * When the earliest of these may have been worked on first. A ledger that was made anew took them all today; what their commands said of the time is from before they were taken the first
 * time.
 */
const earliestOf = ({ accepted, refused }: FoldedBatch<DispatchState>, takenAtMs: number): number =>
  Math.min(takenAtMs, ...[...accepted.map(({ fact }) => fact), ...refused.map(each => each.refused)].map(({ time }) => Date.parse(time)))
