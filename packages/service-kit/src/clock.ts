/** What time it is. Passed in everywhere, so that a test or a demo can live in July 2024. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }
