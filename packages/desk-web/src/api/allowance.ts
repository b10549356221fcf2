/** Rate limit of an action with a cost. */
export interface AllowanceLimits {
  /** Units regained per second. */
  readonly perSecond: number
  /** Units that can be spent at once after a pause. */
  readonly most: number
}

export interface Allowance {
  /** Milliseconds until a unit can be spent; 0 if now. */
  waitMs(nowMs: number): number
  /** Spends units. An action may cost more than is left; the next one then waits longer. */
  spend(cost: number, nowMs: number): void
}

/** A token bucket: a rare action runs at once, and an endless series at this rate. */
export function createAllowance({ perSecond, most }: AllowanceLimits, startMs: number): Allowance {
  let left = most
  let atMs = startMs
  const leftAt = (nowMs: number): number => Math.min(most, left + (Math.max(0, nowMs - atMs) / 1_000) * perSecond)
  return {
    waitMs: nowMs => Math.max(0, Math.ceil(((1 - leftAt(nowMs)) / perSecond) * 1_000)),
    spend(cost, nowMs) {
      left = leftAt(nowMs) - cost
      atMs = nowMs
    },
  }
}
