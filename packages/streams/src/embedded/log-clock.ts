import type { MachineTime } from '../system-time.ts'

/** The log's time of a file: the machine's clock, as long as it runs like a steady clock. */
export interface LogClock {
  nowMs(): number
}

export interface LogClockOptions {
  readonly time: MachineTime
  /** When the file was last open; undefined for a new file. */
  readonly stampedMs: number | undefined
  /** An instant at which an operator confirmed the clock. It may be old or mistyped. */
  readonly confirmedMs: number | undefined
}

/**
 * A jump of up to a day after opening counts as time when the file was closed. A clock that jumped meanwhile looks the
 * same.
 */
const closedMsMax = 24 * 3_600_000
/** A machine that is suspended, or whose clock is corrected, jumps by seconds. */
const jumpMsMax = 60_000
/**
 * An operator confirms the clock when the engine starts. An older confirmation is a leftover in the settings and does
 * not override a later stamp.
 */
const confirmedMsMax = 3_600_000

/**
 * A clock that jumps ahead is ignored: time continues steadily until the clock is back or the file is reopened. A clock
 * that is set back is ignored too: time stands still until the clock catches up, or an operator confirms the clock at
 * the next start.
 */
export function createLogClock({ time, stampedMs, confirmedMs = 0 }: LogClockOptions): LogClock {
  const opened = time.nowMs()
  const isConfirmedNow = opened - confirmedMs <= confirmedMsMax && confirmedMs - opened <= jumpMsMax
  // A confirmation must be in the past, so a mistyped date in the future has no effect.
  let known = stampedMs === undefined || isConfirmedNow ? opened : Math.max(stampedMs, Math.min(confirmedMs, opened))
  let knownAt = time.steadyMs()
  let allowedMs = closedMsMax
  return {
    nowMs() {
      const now = time.nowMs()
      const steady = time.steadyMs()
      const expected = Math.floor(known + steady - knownAt)
      if (now > expected + allowedMs) return expected
      if (now < known) return known
      known = now
      knownAt = steady
      allowedMs = jumpMsMax
      return now
    },
  }
}
