import type { MachineTime } from '../system-time.ts'

/** What time it is by the log of a file: the machine's clock as long as it goes no other way than time does. */
export interface LogClock {
  nowMs(): number
}

export interface LogClockOptions {
  readonly time: MachineTime
  /** When the file was open last; undefined for one that never was. */
  readonly stampedMs: number | undefined
  /** An instant at which an operator saw that the clock was right. It may be old, or a typing error. */
  readonly confirmedMs: number | undefined
}

/** A file that was open last within a day is taken to have been closed since; that cannot be told from a clock that leapt meanwhile. */
const closedMsMax = 24 * 3_600_000
/** A machine that is stopped and goes on, or whose clock is put right, leaps by seconds. */
const leapMsMax = 60_000
/** An operator confirms the clock as the engine is started. An older confirmation was left in the settings, and says nothing about a stamp that is later than the clock. */
const confirmedMsMax = 3_600_000

/**
 * A clock that leaps ahead is not followed: time goes on from where it was, until the clock is back or the file is opened again. A clock that is set back is not
 * followed either: time stands still until the clock is there again, or an operator confirms the clock at the next start.
 */
export function createLogClock({ time, stampedMs, confirmedMs = 0 }: LogClockOptions): LogClock {
  const opened = time.nowMs()
  const isConfirmedNow = opened - confirmedMs <= confirmedMsMax && confirmedMs - opened <= leapMsMax
  // What was confirmed lies in the past by now: a date in the future, mistyped, moves nothing.
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
      allowedMs = leapMsMax
      return now
    },
  }
}
