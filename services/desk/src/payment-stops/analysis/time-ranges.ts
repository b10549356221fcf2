const minute = 60
const hour = 60 * minute
const day = 24 * hour

/**
 * The upper bounds of the time ranges in seconds. Each is about twice the one before: a minute matters at the start, a
 * day at the end.
 */
export const timeBoundsSeconds: readonly number[] = [
  minute,
  2 * minute,
  5 * minute,
  10 * minute,
  20 * minute,
  hour,
  2 * hour,
  4 * hour,
  8 * hour,
  16 * hour,
  day,
  2 * day,
  4 * day,
  8 * day,
  16 * day,
  32 * day,
]

export const timeRanges = timeBoundsSeconds.length + 1

/** The range of a time: up to and including its bound, or the last one for longer times. */
export function rangeOf(seconds: number): number {
  const range = timeBoundsSeconds.findIndex(bound => seconds <= bound)
  return range === -1 ? timeBoundsSeconds.length : range
}
