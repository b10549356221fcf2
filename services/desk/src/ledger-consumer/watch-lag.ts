import { type Clock, createLagClock, type LagClock } from '@holdfast/runtime'
import type { JoinedLedgers } from '../ledgers/joined-ledgers.ts'
import type { RequestProjection } from '../projection/request-projection.ts'

/** The end offset of each ledger partition. */
export type LedgerEnds = ReadonlyMap<number, number>

/** How far the projection is behind the ledger, as of some seconds ago. */
export interface LagWatch {
  /** Records of the ledger that are still to be read. */
  lag(): number
  /** The desk has read the ledger up to this instant; undefined if it is up to date. */
  shownUntil(): Date | undefined
  stop(): void
}

interface Dependencies {
  readonly ledgers: Pick<JoinedLedgers<unknown>, 'ends'>
  readonly views: Pick<RequestProjection, 'positions'>
  readonly clock: Pick<Clock, 'now'>
}

/** How often the end offsets are read. */
const readEveryMs = 2_000

/**
 * Reads the end offsets in an interval until it is stopped.
 * @param ends the end offsets of a moment ago, used until the first reading.
 */
export function createLagWatch({ ledgers, views, clock }: Dependencies, ends: LedgerEnds): LagWatch {
  const lagClocks = new Map<number, LagClock>()
  let readUntilMs: number | undefined
  /** Undefined if all records have been read. */
  function updateLag(endings: LedgerEnds): number | undefined {
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

  let latestEnds = ends
  let isReading = false
  let isStopped = false
  const interval = setInterval(async () => {
    // A broker that is down answers late: do not send it more and more requests.
    if (isReading) return
    isReading = true
    latestEnds = await ledgers.ends().catch(() => latestEnds)
    isReading = false
    // The projection's file may be closed by now.
    if (!isStopped) readUntilMs = updateLag(latestEnds)
  }, readEveryMs)

  return {
    lag: () => lagOf(views, latestEnds),
    shownUntil: () => (readUntilMs === undefined ? undefined : new Date(readUntilMs)),
    stop() {
      isStopped = true
      clearInterval(interval)
    },
  }
}

/** Records still to be read up to these end offsets. */
export function lagOf(views: Pick<RequestProjection, 'positions'>, ends: LedgerEnds): number {
  const positions = views.positions()
  return [...ends].reduce((sum, [partition, end]) => sum + Math.max(0, end - (positions.get(partition) ?? 0)), 0)
}
