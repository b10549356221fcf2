import { StreamUnavailableError } from './port.ts'

/** Faults that last longer than a moment. Readiness reports them. */
export interface OngoingFaults {
  /**
   * Records a failure; call it again at each one. `who` identifies the worker, `what` describes its task to people,
   * such as `partition 3 of freeze.requests`.
   */
  note(who: unknown, what: string, error: unknown): void
  /**
   * Starts the clock of a task, such as the next batch; `what` describes it as not done. Call it again, or `clear`,
   * when the task is done.
   */
  expect(who: unknown, what: string): void
  clear(who: unknown): void
  /** One sentence for each fault or task that exceeds its bound; empty if there is none. */
  ongoing(): string[]
}

export interface FaultBounds {
  /**
   * A change of leader or a restart of a broker passes in a moment. A reader that fails for longer does not do its
   * work.
   */
  readonly failingMs: number
  /** A batch takes milliseconds, and failures are recorded. A worker that reports neither for longer has stalled. */
  readonly stalledMs: number
}

const defaultBounds: FaultBounds = { failingMs: 5_000, stalledMs: 10_000 }
/**
 * Every failure is retried within half a minute, even a request that times out. A fault without a new failure for
 * longer has no worker any more.
 */
const forgottenMs = 60_000

export function createOngoingFaults(now: () => number = Date.now, { failingMs, stalledMs } = defaultBounds): OngoingFaults {
  const faults = new Map<unknown, { readonly what: string; readonly since: number; lastAt: number; message: string }>()
  const expected = new Map<unknown, { readonly what: string; readonly since: number }>()
  const secondsSince = (since: number, at: number): number => Math.floor((at - since) / 1000)
  return {
    note(who, what, error) {
      const at = now()
      const known = faults.get(who)
      const message = error instanceof Error ? error.message : String(error)
      faults.set(who, { what, since: known && at - known.lastAt < forgottenMs ? known.since : at, lastAt: at, message })
    },
    expect: (who, what) => void expected.set(who, { what, since: now() }),
    clear(who) {
      faults.delete(who)
      expected.delete(who)
    },
    ongoing() {
      const at = now()
      for (const [who, { lastAt }] of faults) if (at - lastAt >= forgottenMs) faults.delete(who)
      const failed = [...faults.values()].filter(({ since }) => at - since >= failingMs)
      const stalled = [...expected].filter(([who, { since }]) => at - since >= stalledMs && !faults.has(who))
      return [
        ...failed.map(({ what, since, message }) => `${what} for ${secondsSince(since, at)} s: ${message}`),
        ...stalled.map(([, { what, since }]) => `${what} for ${secondsSince(since, at)} s without progress or an error`),
      ]
    },
  }
}

/** More faults are only counted: an unreachable broker affects all its partitions alike. */
const listedMax = 3

export function throwOngoing(faults: OngoingFaults): void {
  const standing = [...new Set(faults.ongoing())]
  if (standing.length === 0) return
  const more = standing.length > listedMax ? `; and ${standing.length - listedMax} more` : ''
  throw new StreamUnavailableError(standing.slice(0, listedMax).join('; ') + more)
}
