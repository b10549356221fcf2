import type { CountryView } from '@holdfast/schemas'

export type Calendar = Pick<CountryView, 'timeZone' | 'weekend' | 'holidays'>

/** The working time until a deadline, and what shortens it. */
export interface WorkingTime {
  /** Working days on which the deadline can still be met, including today and the day of the deadline. */
  readonly days: number
  /** Days of the weekend on the way, from 1, Monday, to 7. */
  readonly weekend: readonly number[]
  readonly holidays: CountryView['holidays']
}

const dayMs = 86_400_000
/** Beyond this, working days are not counted: the end of retention is years away. */
const farDays = 60

/** The local date there, as `2024-07-23`. */
export const dateThere = (ms: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(ms)

const weekdayOf = (date: string): number => new Date(`${date}T00:00:00Z`).getUTCDay() || 7

/** Undefined for a deadline that is past, or too far away to count days. */
export function workingTimeUntil(dueAt: string, nowMs: number, { timeZone, weekend, holidays }: Calendar): WorkingTime | undefined {
  const dueMs = Date.parse(dueAt)
  if (dueMs <= nowMs) return undefined
  // A deadline at midnight sharp does not include that day.
  const first = Date.parse(dateThere(nowMs, timeZone))
  const last = Date.parse(dateThere(dueMs - 1, timeZone))
  if ((last - first) / dayMs > farDays) return undefined
  const dates = Array.from({ length: (last - first) / dayMs + 1 }, (_, at) => new Date(first + at * dayMs).toISOString().slice(0, 10))
  const isWeekend = (date: string) => weekend.includes(weekdayOf(date))
  const free = holidays.filter(({ date }) => dates.includes(date) && !isWeekend(date))
  const isFree = new Set(free.map(({ date }) => date))
  return {
    days: dates.filter(date => !isWeekend(date) && !isFree.has(date)).length,
    weekend: weekend.filter(day => dates.some(date => weekdayOf(date) === day)),
    holidays: free,
  }
}
