import type { Workflow } from '@holdfast/core'
import type { AppliedBatch } from '@holdfast/request-state'
import type { Logger } from '@holdfast/runtime'
import type { StreamRecord, Streams } from '@holdfast/streams'
import type { Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'
import { type AlreadySent, createAlreadySent } from './already-sent.ts'
import type { EffectsFrom } from './effects-from.ts'

/** The first record of a batch; undefined if it has none. */
type First = Pick<StreamRecord, 'offset' | 'timestampMs'> | undefined

/** Removes the messages of a batch that a former owner has sent. */
export interface Unsent {
  of(outbound: readonly Outbound[], batch: AppliedBatch<DispatchState>, first: First): Promise<readonly Outbound[]>
  /** The same for a redriven request: a former owner may have redriven it too and sent a part. */
  ofRedriven(outbound: readonly Outbound[], batch: AppliedBatch<DispatchState>, first: First): Promise<readonly Outbound[]>
}

export interface UnsentOptions extends Pick<EffectsFrom, 'lost'> {
  readonly workflow: Pick<Workflow, 'topics'>
  readonly streams: Streams
  readonly log: Logger
  readonly partition: number
  /** A former owner may have sent messages for facts before this offset without recording it. */
  readonly uncertainBefore: number
}

export function createUnsent({ workflow: { topics }, streams, log, partition, uncertainBefore, lost }: UnsentOptions): Unsent {
  /** What was sent for facts that the ledger has lost and that may be written again at any time. */
  const sentForLost = lost && createAlreadySent(streams, Date.parse(lost.from), Date.parse(lost.to))
  /** What former owners may have sent, as far as it was read from the topics. */
  let sentByFormerOwner: (AlreadySent & { readonly sinceMs: number }) | undefined

  function sentSince(sinceMs: number): AlreadySent {
    if (sentByFormerOwner === undefined || sinceMs < sentByFormerOwner.sinceMs)
      sentByFormerOwner = { ...createAlreadySent(streams, sinceMs), sinceMs }
    return sentByFormerOwner
  }

  async function without(outbound: readonly Outbound[], sent: AlreadySent): Promise<readonly Outbound[]> {
    const fresh: Outbound[] = []
    // The ledger recognises repeated commands.
    for (const item of outbound) if (item.topic.name === topics.commands.name || !(await sent.has(item.topic, item.id))) fresh.push(item)
    if (fresh.length < outbound.length)
      log.info({ partition, known: outbound.length - fresh.length }, 'Skipped messages that were already sent')
    return fresh
  }

  /** @param sinceMs when a former owner may have started to send these; undefined if none can have. */
  async function freshOf(outbound: readonly Outbound[], sinceMs: number | undefined): Promise<readonly Outbound[]> {
    const remaining = sentForLost ? await without(outbound, sentForLost) : outbound
    return sinceMs !== undefined && remaining.length > 0 ? without(remaining, sentSince(sinceMs)) : remaining
  }

  return {
    of(outbound, batch, first) {
      if (first && first.offset < uncertainBefore) return freshOf(outbound, earliestOf(batch, first.timestampMs))
      // All further facts are certain, so what was read is no longer needed.
      sentByFormerOwner = undefined
      return freshOf(outbound, undefined)
    },
    ofRedriven(outbound, batch, first) {
      sentByFormerOwner = undefined
      return freshOf(outbound, first && earliestOf(batch, first.timestampMs))
    },
  }
}

/**
 * When the earliest of these facts may first have been processed. In a repartitioned ledger, all records have today's
 * timestamp, so the times in the facts count too; they precede the first processing.
 */
const earliestOf = ({ accepted, refused }: AppliedBatch<DispatchState>, recordedAtMs: number): number =>
  Math.min(recordedAtMs, ...[...accepted.map(({ fact }) => fact), ...refused.map(each => each.refused)].map(({ time }) => Date.parse(time)))
