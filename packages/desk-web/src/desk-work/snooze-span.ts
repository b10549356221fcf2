/** Durations of a snooze. */
export const snoozeSpans = ['hour', 'tomorrow', 'week', 'other'] as const
export type SnoozeSpan = (typeof snoozeSpans)[number]

const hourMs = 3_600_000
const morningHour = 8

/**
 * The end of the snooze in UTC: days are those of the reader's zone. Undefined if `other`, the value of a date field,
 * is invalid or past.
 */
export function wakesAt(span: SnoozeSpan, other: string, nowMs: number): string | undefined {
  const at = new Date(nowMs)
  if (span === 'hour') at.setTime(nowMs + hourMs)
  if (span === 'week') at.setDate(at.getDate() + 7)
  if (span === 'tomorrow') {
    at.setDate(at.getDate() + 1)
    at.setHours(morningHour, 0, 0, 0)
  }
  if (span === 'other') at.setTime(Date.parse(other))
  return Number.isNaN(at.getTime()) || at.getTime() <= nowMs ? undefined : at.toISOString()
}

/** An instant as value of a date field, in the reader's zone. */
export function fieldTime(ms: number): string {
  const at = new Date(ms)
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
