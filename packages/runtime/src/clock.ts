import { systemTime } from '@holdfast/streams'

/** The current time. Injected everywhere, so that a test or a demo can run in July 2024. */
export interface Clock {
  now(): Date
  /** Monotonic milliseconds, which reveal that the clock jumps. The clock of a test or demo has none and may jump. */
  readonly steadyMs?: () => number
}

export const systemClock: Clock = { now: () => new Date(), steadyMs: systemTime.steadyMs }

/** When the stream accepted a record, by this clock. */
export const takenAt = (clock: Clock, record: { readonly timestampMs: number }): Date =>
  new Date(clock.now().getTime() - Math.max(0, Date.now() - record.timestampMs))
