import { type Clock, createLagClock, type LagClock } from '@holdfast/runtime'
import { topics } from '@holdfast/schemas'
import type { Streams } from '@holdfast/streams'
import type { RequestProjection } from '../projection/request-projection.ts'

/** Where each partition of the ledger ends. */
export type LedgerEnds = ReadonlyMap<number, number>

/** How far the views are behind the ledger, by how it was some seconds ago. */
export interface LagWatch {
  /** How many records of the ledger there are still to read. */
  lag(): number
  /** What the ledger had at this instant has been read; undefined while all of it has been. */
  shownUntil(): Date | undefined
  stop(): void
}

interface Dependencies {
  readonly streams: Streams
  readonly views: Pick<RequestProjection, 'positions'>
  readonly clock: Pick<Clock, 'now'>
}

/** How often it is looked how long the ledger is. */
const lookMs = 2_000

/**
 * Looks by itself until it is stopped.
 * @param ends where the ledger ended a moment ago, by which it says how far that is until it has looked.
 */
export function createLagWatch({ streams, views, clock }: Dependencies, ends: LedgerEnds): LagWatch {
  const lagClocks = new Map<number, LagClock>()
  let readUntilMs: number | undefined
  /** Undefined while all has been read. */
  function noteLag(endings: LedgerEnds): number | undefined {
    const positions = views.positions()
    const nowMs = clock.now().getTime()
    const untilMs = [...endings].map(([partition, end]) => {
      const lagClock = lagClocks.get(partition) ?? createLagClock()
      lagClocks.set(partition, lagClock)
      return lagClock.note(nowMs, end, positions.get(partition) ?? 0) ?? readUntilMs ?? nowMs
    })
    const earliest = Math.min(nowMs, ...untilMs)
    return earliest < nowMs ? earliest : undefined
  }

  let lately = ends
  let isLooking = false
  let isStopped = false
  const looking = setInterval(async () => {
    // A broker that is away answers late, and is not asked more and more often meanwhile.
    if (isLooking) return
    isLooking = true
    lately = await endsOf(streams).catch(() => lately)
    isLooking = false
    // By now the file of the views may be closed.
    if (!isStopped) readUntilMs = noteLag(lately)
  }, lookMs)

  return {
    lag: () => lagOf(views, lately),
    shownUntil: () => (readUntilMs === undefined ? undefined : new Date(readUntilMs)),
    stop() {
      isStopped = true
      clearInterval(looking)
    },
  }
}

/** How many records the views have still to read up to these ends. */
export function lagOf(views: Pick<RequestProjection, 'positions'>, ends: LedgerEnds): number {
  const positions = views.positions()
  return [...ends].reduce((sum, [partition, end]) => sum + Math.max(0, end - (positions.get(partition) ?? 0)), 0)
}

export async function endsOf(streams: Streams): Promise<LedgerEnds> {
  const partitions = await streams.partitionCount(topics.ledger.name)
  const ends = Array.from(
    { length: partitions },
    async (_, partition) => [partition, await streams.endOffset(topics.ledger.name, partition)] as const,
  )
  return new Map(await Promise.all(ends))
}
