/** For how long something is put aside. */
export const snoozeSpans = ['hour', 'tomorrow', 'week', 'other'] as const
export type SnoozeSpan = (typeof snoozeSpans)[number]

const hourMs = 3_600_000
const morningHour = 8

/** The instant at which it comes back, in UTC: days are those of the reader's zone. Undefined where `other`, as a field for date and time gives it, is none or has passed. */
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

/** An instant as a field for date and time takes it, in the reader's zone. */
export function fieldTime(ms: number): string {
  const at = new Date(ms)
  return new Date(ms - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
