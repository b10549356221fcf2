// Keeps the desk's projection up with the ledger and notifies waiting callers and open streams. Callers: app.ts;
// rebuild-view.ts replaces the projection.
// States: behind (catching up after a start) → following → (ledger truncated) forgets that part and follows again.
// Batches take turns with redrives, slices of child requests and the replacement of the projection: one of them writes
// at a time.

import type { Parked, Parking } from '@holdfast/folds'
import type { Clock, DeadLetters, Logger, Running } from '@holdfast/runtime'
import { type Fact, type LedgerRecord, type RefusedCommand, topics, type UnknownFact } from '@holdfast/schemas'
import { createSerialQueue, type Streams, type Subscription, untilDone } from '@holdfast/streams'
import type { RequestProjection, TakenFact, TakingListeners } from '../projection/request-projection.ts'
import { truncationReason } from '../stream/fact-stream.ts'
import type { LiveFacts } from '../stream/live-facts.ts'
import type { OpenStreams } from '../stream/open-streams.ts'
import { followLeftOut } from './follow-left-out.ts'
import { discardTruncated } from './log-truncation.ts'
import { createPacedWriting } from './pacing.ts'
import { createWaiting } from './waiting.ts'
import { createLagWatch, endsOf, lagOf } from './watch-lag.ts'

/** What callers wait for whose command is being decided. */
export interface Arrivals {
  /** Resolves with the fact that a command makes, or its refusal; undefined when neither comes in time. */
  causedBy(commandId: string, withinMs: number): Promise<LedgerRecord | UnknownFact | undefined>
  /** Resolves with the next fact of a request in which this country has a part; undefined when none comes in time. */
  of(requestId: string, country: string, withinMs: number): Promise<Fact | UnknownFact | undefined>
}

export interface FollowedLedger extends Running {
  readonly arrivals: Arrivals
  /** Reads the ledger from where the views stand now: they have been begun anew. */
  beginAgain(): void
  /** Has another view put in the place of this one, while nothing is taken into either, and reads on from where that one stands. What was parked as it was made is parked. */
  replaceViews(replace: () => Promise<void>, parked: readonly (Parked & { readonly partition: number })[]): Promise<void>
  /** How many records of the ledger there are still to read, by how it was some seconds ago. */
  lag(): number
  /** What the ledger had at this instant has been read; undefined while all of it has been, as it was some seconds ago. */
  shownUntil(): Date | undefined
  /** Why what the views show may be old: they have not come to where the ledger ended when they were opened. */
  whyBehind(): string[]
}

export interface FollowingDependencies {
  readonly streams: Streams
  readonly views: RequestProjection
  readonly live: LiveFacts
  readonly open: OpenStreams
  readonly deadLetters: DeadLetters
  readonly parking: Parking
  readonly clock: Pick<Clock, 'now'>
  readonly log: Logger
}

/** Keeps the views up with the ledger and tells who waits: callers, and open streams. */
export async function followLedger(deps: FollowingDependencies): Promise<FollowedLedger> {
  const { streams, views, live, open, parking, clock, log } = deps
  const decisions = createWaiting<LedgerRecord | UnknownFact>()
  const firsts = createWaiting<Fact | UnknownFact>()
  const turns = createSerialQueue()
  const writePaced = createPacedWriting({
    views,
    turns,
    clock,
    awaited: withinMs => Promise.race([decisions.awaited(withinMs), firsts.awaited(withinMs)]),
  })

  type Taking = (listeners: TakingListeners) => Promise<TakenFact[]>

  /** Takes records by one way or the other, and tells of what they were. */
  async function taken(partition: number, next: number, take: Taking): Promise<void> {
    const refused: RefusedCommand[] = []
    const parked: Parked[] = []
    const facts = await take({
      onUnreadable: (record, reason) => log.error({ partition, offset: record.offset, reason }, 'a record of the ledger can not be read'),
      onRefused: each => refused.push(each),
      onParked: each => parked.push(each),
    })
    for (const entry of [...facts.map(({ fact }) => fact), ...refused]) decisions.tell(entry.causationid, entry)
    for (const { fact, sides } of facts) for (const side of sides) firsts.tell(`${side}/${fact.subject}`, fact)
    await live.publish(facts, partition, next)
    for (const each of parked) await leftOut.park(partition, each)
    void writeChildren()
  }

  const stopping = new AbortController()
  let isWritingChildren = false
  /** One write after the other, between those of what arrives. */
  async function writeChildren(): Promise<void> {
    if (isWritingChildren) return
    isWritingChildren = true
    const writeAll = async (): Promise<void> => {
      while (!stopping.signal.aborted && views.childrenLeft()) await turns.take(() => views.writeChildren())
    }
    await untilDone(writeAll, {
      signal: stopping.signal,
      onFault: error => log.warn({ err: error }, 'requests that follow the money of a shared one could not be written yet'),
    })
    isWritingChildren = false
  }

  const leftOut = followLeftOut({
    streams,
    views,
    parking,
    log,
    inTurn: turns.take,
    retake: (request, records, next) => taken(request.partition, next, listeners => views.retake(request, records, listeners)),
  })

  async function takenAndTold(...taking: Parameters<typeof taken>): Promise<void> {
    try {
      await taken(...taking)
    } catch (error) {
      leftOut.tell()
      throw error
    }
  }

  let ends = await endsOf(streams)

  async function forgetWhatIsLost(partition: number): Promise<void> {
    if (!(await discardTruncated(deps, partition))) return
    ends = await endsOf(streams)
    live.beginAgain({ arrival: views.lastArrival(), position: views.end() })
    open.endAll(truncationReason)
  }

  for (const partition of views.positions().keys()) await forgetWhatIsLost(partition)
  for (let partition = (await streams.partitionCount(topics.ledger.name)) - 1; partition >= 0; partition--) await leftOut.open(partition)
  /** Counts the views that were followed: what was read for one that is gone must not be taken by its successor, which lacks all that was before. */
  let generation = 0

  function follow(): Promise<Subscription> {
    const of = generation
    return streams.tail({
      topic: topics.ledger.name,
      from: views.positions(),
      onRecords: records =>
        writePaced(records, async part => {
          const last = part.at(-1)
          if (last && of === generation) await takenAndTold(last.partition, last.offset + 1, listeners => views.take(part, listeners))
        }),
      async onLostPast(partition) {
        await turns.take(() => forgetWhatIsLost(partition))
        return views.positions().get(partition) ?? 0
      },
      onFault: error => log.warn({ err: error }, 'the ledger could not be followed for a moment'),
    })
  }

  let tail = follow()
  await tail
  leftOut.tell()
  void writeChildren()

  function beginAgain(): void {
    generation += 1
    live.beginAgain({ arrival: views.lastArrival(), position: views.end() })
    tail = tail.then(async former => {
      await former.stop()
      ends = await endsOf(streams).catch(() => ends)
      return follow()
    })
  }

  const replaceViews: FollowedLedger['replaceViews'] = (replace, parked) =>
    turns
      .take(async () => {
        await replace()
        void writeChildren()
        for (const { partition, ...each } of parked) await leftOut.park(partition, each)
      })
      .finally(leftOut.tell)

  const lagWatch = createLagWatch({ streams, views, clock }, ends)

  function whyBehind(): string[] {
    const lacking = lagOf(views, ends)
    return lacking > 0 ? [`the desk's view has ${lacking} records of the ledger still to read`] : []
  }

  const arrivals: Arrivals = {
    causedBy: (commandId, withinMs) => decisions.for(commandId, withinMs),
    of: (requestId, country, withinMs) => firsts.for(`${country}/${requestId}`, withinMs),
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

/** A view of more partitions than there are is of another ledger: someone started with new data. */
export async function forgetAnotherLedger(
  streams: Streams,
  views: Pick<RequestProjection, 'positions' | 'clear'>,
  log: Logger,
): Promise<void> {
  for (const [partition, next] of views.positions()) {
    if (partition < (await streams.partitionCount(topics.ledger.name))) continue
    log.warn({ partition, next }, 'the view is of another ledger and is made anew')
    return views.clear()
  }
}
