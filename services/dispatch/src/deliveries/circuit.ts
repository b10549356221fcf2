import type { Pace } from './back-off.ts'

/** Keeps an endpoint that does not answer from being asked by every order that waits for it. */
export interface Circuit {
  /** How many may be under way to it: none while it is open, one to try it, then any. */
  allowance(nowMs: number): number
  /** When an open one may be tried; undefined of one that is not open. */
  triableAtMs(nowMs: number): number | undefined
  /** How often in a row it was opened because of its failures; 0 of a closed one, and of one that only asked for a pause. */
  openings(): number
  /** When it was opened first since it was closed; undefined of a closed one. */
  notClosedSinceMs(): number | undefined
  /** Returns whether it was not closed before. */
  succeeded(): boolean
  /** Returns whether it was closed and is left alone now. `pauseMs` is the pause that the endpoint itself asked for. */
  failed(nowMs: number, pauseMs?: number): boolean
}

/** One failure is chance; as many in a row are a state. */
const failuresMax = 5
/** An endpoint is tried at least once a minute: when it is back, its orders wait no longer than that. */
const openPace: Pace = { firstMs: 5_000, mostMs: 60_000 }

export function createCircuit(): Circuit {
  let failures = 0
  let openings = 0
  let openUntilMs: number | undefined
  let openedAtMs: number | undefined

  function leaveAlone(nowMs: number, forMs: number): boolean {
    const wasClosed = openUntilMs === undefined
    openedAtMs ??= nowMs
    openUntilMs = nowMs + forMs
    return wasClosed
  }

  return {
    allowance(nowMs) {
      if (openUntilMs === undefined) return Number.POSITIVE_INFINITY
      return nowMs < openUntilMs ? 0 : 1
    },
    triableAtMs: nowMs => (openUntilMs !== undefined && nowMs < openUntilMs ? openUntilMs : undefined),
    openings: () => openings,
    notClosedSinceMs: () => openedAtMs,
    succeeded() {
      const wasOpen = openUntilMs !== undefined
      failures = 0
      openings = 0
      openUntilMs = undefined
      openedAtMs = undefined
      return wasOpen
    },
    failed(nowMs, pauseMs = 0) {
      failures += 1
      // What was under way when it opened says nothing new.
      if (openUntilMs !== undefined && nowMs < openUntilMs) return false
      if (failures < failuresMax) return pauseMs > 0 && leaveAlone(nowMs, pauseMs)
      const backOffMs = Math.min(openPace.mostMs, openPace.firstMs * 2 ** Math.min(openings, 30))
      openings += 1
      return leaveAlone(nowMs, Math.max(pauseMs, backOffMs))
    },
  }
}
