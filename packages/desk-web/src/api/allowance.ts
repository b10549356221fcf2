/** How often something may be done that costs. */
export interface AllowanceLimits {
  /** What comes back a second. */
  readonly perSecond: number
  /** What may be spent at once by who has spent nothing for a while. */
  readonly most: number
}

export interface Allowance {
  /** Milliseconds until something may be spent again; 0 where it may now. */
  waitMs(nowMs: number): number
  /** What costs more than there is may be done all the same, and is waited for behind it. */
  spend(cost: number, nowMs: number): void
}

/** Grows with time up to a bound: what is asked for seldom is had at once, and what is asked for without end no oftener than this. */
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
