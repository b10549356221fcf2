import { systemTime } from '@holdfast/streams'

/** What time it is. Passed in everywhere, so that a test or a demo can live in July 2024. */
export interface Clock {
  now(): Date
  /**
   * Milliseconds since some moment, as they pass whoever sets the clock: by this it is seen that a clock leaps. Without it, as the clock of a story is, it may go as
   * it likes.
   */
  readonly steadyMs?: () => number
}

export const systemClock: Clock = { now: () => new Date(), steadyMs: systemTime.steadyMs }

/** When the stream took a record, by this clock. */
export const takenAt = (clock: Clock, record: { readonly timestampMs: number }): Date =>
  new Date(clock.now().getTime() - Math.max(0, Date.now() - record.timestampMs))
