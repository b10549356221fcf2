import { StreamUnavailableError } from './port.ts'

/** What does not work for longer than a moment, so that readiness can say so. */
export interface OngoingFaults {
  /** `who` is what it is about, by identity; `what` says it for people, such as `partition 3 of freeze.requests`. To be called again at each failure. */
  note(who: unknown, what: string, error: unknown): void
  /** Something is to be done from now on, such as the next batch; `what` says that it has not been. To be called again, or cleared, once it is done. */
  expect(who: unknown, what: string): void
  clear(who: unknown): void
  /** Sentences about what has failed, or has not ended, for longer than the bounds; empty while all is well. */
  standing(): string[]
}

export interface FaultBounds {
  /** A leader that changes or a broker that restarts is away for a moment. A reader that fails for longer does not do its work. */
  readonly failingMs: number
  /** A batch takes milliseconds, and a failure is noted. A worker that has noted nothing for longer stands still. */
  readonly stillMs: number
}

const defaultBounds: FaultBounds = { failingMs: 5_000, stillMs: 10_000 }
/** What fails is tried again within half a minute, a request that is never answered included. What nobody has noted for longer nobody tries any more. */
const forgottenMs = 60_000

export function createOngoingFaults(now: () => number = Date.now, { failingMs, stillMs } = defaultBounds): OngoingFaults {
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
    standing() {
      const at = now()
      for (const [who, { lastAt }] of faults) if (at - lastAt >= forgottenMs) faults.delete(who)
      const failed = [...faults.values()].filter(({ since }) => at - since >= failingMs)
      const still = [...expected].filter(([who, { since }]) => at - since >= stillMs && !faults.has(who))
      return [
        ...failed.map(({ what, since, message }) => `${what} for ${secondsSince(since, at)} s: ${message}`),
        ...still.map(([, { what, since }]) => `${what} for ${secondsSince(since, at)} s, and nothing says why`),
      ]
    },
  }
}

/** So many are told; a broker that is away is the same for all its partitions. */
const toldMax = 3

export function throwOngoing(faults: OngoingFaults): void {
  const standing = [...new Set(faults.standing())]
  if (standing.length === 0) return
  const more = standing.length > toldMax ? `; and ${standing.length - toldMax} more` : ''
  throw new StreamUnavailableError(standing.slice(0, toldMax).join('; ') + more)
}
