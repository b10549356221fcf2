/** What time it is. Passed in everywhere, so that a test or a demo can live in July 2024. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** When the stream took a record, by this clock. */
export const takenAt = (clock: Clock, record: { readonly timestampMs: number }): Date =>
  new Date(clock.now().getTime() - Math.max(0, Date.now() - record.timestampMs))
