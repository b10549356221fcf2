import type { Pace } from './back-off.ts'

/** Stops orders from calling an endpoint that does not respond. */
export interface Circuit {
  /** How many calls may run concurrently: none while open, one for the trial, then any number. */
  allowance(nowMs: number): number
  /** When an open circuit allows a trial; undefined if it is not open. */
  retryAtMs(nowMs: number): number | undefined
  /** How often failures have opened it in a row; 0 if closed, or open only because the endpoint requested a pause. */
  openings(): number
  /** When it first opened since it was last closed; undefined if closed. */
  notClosedSinceMs(): number | undefined
  /** Returns whether it was open. */
  succeeded(): boolean
  /** Returns whether this failure opened it. `pauseMs` is the pause that the endpoint requested. */
  failed(nowMs: number, pauseMs?: number): boolean
}

/** One failure is chance; this many in a row are not. */
const failuresMax = 5
/** At least one trial a minute, so that orders wait no longer after the endpoint has recovered. */
const openPace: Pace = { firstMs: 5_000, mostMs: 60_000 }

export function createCircuit(): Circuit {
  let failures = 0
  let openings = 0
  let openUntilMs: number | undefined
  let openedAtMs: number | undefined

  function openFor(nowMs: number, forMs: number): boolean {
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
    retryAtMs: nowMs => (openUntilMs !== undefined && nowMs < openUntilMs ? openUntilMs : undefined),
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
      // Calls that started before it opened carry no new information.
      if (openUntilMs !== undefined && nowMs < openUntilMs) return false
      if (failures < failuresMax) return pauseMs > 0 && openFor(nowMs, pauseMs)
      const backOffMs = Math.min(openPace.mostMs, openPace.firstMs * 2 ** Math.min(openings, 30))
      openings += 1
      return openFor(nowMs, Math.max(pauseMs, backOffMs))
    },
  }
}
