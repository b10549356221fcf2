// Keeps the desk's projection up with the ledger, and notifies waiting callers and open streams. Callers: app.ts;
// rebuild-projection.ts replaces the projection.
// States: behind (catching up after a start) → following → (ledger truncated) discards that part and follows again.
// A serial queue runs batches, redrives, slices of onward requests and the replacement of the projection one at a time.

import type { Workflow } from '@holdfast/core'
import type { Parked, PartitionParking } from '@holdfast/request-state'
import type { Clock, DeadLetters, Logger, Running } from '@holdfast/runtime'
import type { LedgerFact, RefusedCommand } from '@holdfast/schemas'
import { createSerialQueue, type Streams, type Subscription, untilDone } from '@holdfast/streams'
import type { JoinedLedgers } from '../ledgers/joined-ledgers.ts'
import type { RequestProjection, TakenFact, TakingListeners } from '../projection/request-projection.ts'
import { truncationReason } from '../stream/fact-stream.ts'
import type { LiveFacts } from '../stream/live-facts.ts'
import type { OpenStreams } from '../stream/open-streams.ts'
import { followLeftOut } from './follow-left-out.ts'
import { discardTruncated } from './log-truncation.ts'
import { createPacedWriting } from './pacing.ts'
import { createWaiting } from './waiting.ts'
import { createLagWatch, lagOf } from './watch-lag.ts'

/** Callers wait here for the result of a command. */
export interface Arrivals {
  /** Resolves with the fact that a command causes, or its refusal; undefined if neither comes in time. */
  causedBy(commandId: string, withinMs: number): Promise<LedgerFact | RefusedCommand | undefined>
  /** Resolves with the next fact of a request that this country can read; undefined if none comes in time. */
  of(requestId: string, country: string, withinMs: number): Promise<LedgerFact | undefined>
}

export interface FollowedLedger extends Running {
  readonly arrivals: Arrivals
  /** Reads the ledger from the positions of the file, because it was recreated. */
  beginAgain(): void
  /**
   * Replaces the projection while no record is written to either one, and continues from the position of the new one.
   * Parks the requests that were parked during the rebuild.
   */
  replaceViews(replace: () => Promise<void>, parked: readonly (Parked & { readonly partition: number })[]): Promise<void>
  /** Records of the ledger that are still to be read, as of some seconds ago. */
  lag(): number
  /** The desk has read the ledger up to this instant; undefined if it was up to date some seconds ago. */
  shownUntil(): Date | undefined
  /** Why the projection may be outdated: it has not reached the end that the ledger had when it was opened. */
  whyBehind(): string[]
}

export interface FollowingDependencies {
  readonly ledgers: JoinedLedgers<{ readonly workflow: Pick<Workflow, 'topics'> }>
  readonly streams: Streams
  readonly views: RequestProjection
  readonly live: LiveFacts
  readonly open: OpenStreams
  readonly deadLetters: DeadLetters
  openParking(partition: number): Promise<PartitionParking>
  readonly clock: Pick<Clock, 'now'>
  readonly log: Logger
}

/** Follows the ledger until it is stopped. */
export async function followLedger(deps: FollowingDependencies): Promise<FollowedLedger> {
  const { ledgers, views, live, open, openParking, clock, log } = deps
  const decisions = createWaiting<LedgerFact | RefusedCommand>()
  const nextFacts = createWaiting<LedgerFact>()
  const turns = createSerialQueue()
  const writePaced = createPacedWriting({
    views,
    turns,
    clock,
    awaited: withinMs => Promise.race([decisions.awaited(withinMs), nextFacts.awaited(withinMs)]),
  })

  type Taking = (listeners: TakingListeners) => Promise<TakenFact[]>

  /** Takes records with `take`, and reports the results. */
  async function takeRecords(partition: number, next: number, take: Taking): Promise<void> {
    const refused: RefusedCommand[] = []
    const parked: Parked[] = []
    const facts = await take({
      onUnreadable: (record, reason) =>
        log.error({ partition, offset: record.offset, reason }, 'A ledger record cannot be read. It is left out'),
      onRefused: refusal => refused.push(refusal),
      onParked: request => parked.push(request),
    })
    for (const entry of [...facts.map(({ fact }) => fact), ...refused]) decisions.resolve(entry.causationid, entry)
    for (const { fact, audiences } of facts) for (const side of audiences) nextFacts.resolve(`${side}/${fact.subject}`, fact)
    await live.publish(facts, partition, next)
    for (const each of parked) await leftOut.park(partition, each)
    void writeChildren()
  }

  const stopping = new AbortController()
  let isWritingChildren = false
  /** One write at a time, between the batches. */
  async function writeChildren(): Promise<void> {
    if (isWritingChildren) return
    isWritingChildren = true
    const writeAll = async (): Promise<void> => {
      while (!stopping.signal.aborted && views.childrenLeft()) await turns.run(() => views.writeChildren())
    }
    await untilDone(writeAll, {
      signal: stopping.signal,
      onFault: error => log.warn({ err: error }, 'Onward requests of a shared request could not be written yet. Retrying'),
    })
    isWritingChildren = false
  }

  const leftOut = followLeftOut({
    ledgers,
    views,
    openParking,
    log,
    inTurn: turns.run,
    retake: (request, records, next) => takeRecords(request.partition, next, listeners => views.retake(request, records, listeners)),
  })

  async function takeAndReport(...taking: Parameters<typeof takeRecords>): Promise<void> {
    try {
      await takeRecords(...taking)
    } catch (error) {
      leftOut.reportParked()
      throw error
    }
  }

  let ends = await ledgers.ends()

  async function discardLost(partition: number): Promise<void> {
    if (!(await discardTruncated(deps, partition))) return
    ends = await ledgers.ends()
    live.beginAgain({ arrival: views.lastArrival(), position: views.end() })
    open.endAll(truncationReason)
  }

  for (const partition of views.positions().keys()) await discardLost(partition)
  for (let partition = ledgers.partitions - 1; partition >= 0; partition--) await leftOut.open(partition)
  /**
   * Number of the current file: records that were read for its predecessor must not be stored in it, because it lacks
   * all before.
   */
  let generation = 0

  function follow(): Promise<Subscription> {
    const of = generation
    return ledgers.tail({
      from: views.positions(),
      onRecords: records =>
        writePaced(records, async part => {
          const last = part.at(-1)
          if (last && of === generation) await takeAndReport(last.partition, last.offset + 1, listeners => views.take(part, listeners))
        }),
      async onLogTruncated(partition) {
        await turns.run(() => discardLost(partition))
        return views.positions().get(partition) ?? 0
      },
      onFault: error => log.warn({ err: error }, 'Reading the ledger failed. Retrying'),
    })
  }

  let tail = follow()
  await tail
  leftOut.reportParked()
  void writeChildren()

  function beginAgain(): void {
    generation += 1
    live.beginAgain({ arrival: views.lastArrival(), position: views.end() })
    tail = tail.then(async former => {
      await former.stop()
      ends = await ledgers.ends().catch(() => ends)
      return follow()
    })
  }

  const replaceViews: FollowedLedger['replaceViews'] = (replace, parked) =>
    turns
      .run(async () => {
        await replace()
        void writeChildren()
        for (const { partition, ...each } of parked) await leftOut.park(partition, each)
      })
      .finally(leftOut.reportParked)

  const lagWatch = createLagWatch({ ledgers, views, clock }, ends)

  function whyBehind(): string[] {
    const lacking = lagOf(views, ends)
    return lacking > 0 ? [`The desk projection still has to read ${lacking} records of the ledger`] : []
  }

  const arrivals: Arrivals = {
    causedBy: (commandId, withinMs) => decisions.for(commandId, withinMs),
    of: (requestId, country, withinMs) => nextFacts.for(`${country}/${requestId}`, withinMs),
  }
  return {
    arrivals,
    beginAgain,
    replaceViews,
    lag: lagWatch.lag,
    shownUntil: lagWatch.shownUntil,
    whyBehind,
    async stop() {
      lagWatch.stop()
      leftOut.stop()
      stopping.abort()
      await (await tail).stop()
      await turns.ended()
    },
  }
}

/** A projection of more partitions than the topic has belongs to another ledger: the engine started with new data. */
export async function forgetAnotherLedger(
  ledgers: Pick<JoinedLedgers<unknown>, 'partitions'>,
  views: Pick<RequestProjection, 'positions' | 'clear'>,
  log: Logger,
): Promise<void> {
  for (const [partition, next] of views.positions()) {
    if (partition < ledgers.partitions) continue
    log.warn({ partition, next }, 'The projection belongs to another ledger. Rebuilding it')
    return views.clear()
  }
}
