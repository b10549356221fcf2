import { z } from 'zod'
import { europeanUnionCountries, type Period } from './holds.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs

/** ISO 8601: Monday is 1, Sunday is 7. */
const weekdaySchema = z.int().min(1).max(7)

const isTimeZone = (name: string) => {
  try {
    return formatOf(name) !== undefined
  } catch {
    return false
  }
}

/**
 * Which days a country works. Public holidays are not known yet: a period that spans one ends earlier than the law would have it,
 * never later. They will be one more property here.
 */
export const calendarSchema = z.strictObject({
  timeZone: z.string().max(64).refine(isTimeZone, 'must be an IANA time zone, such as Asia/Singapore'),
  /** At most six, so that a working day always comes. */
  weekend: z.array(weekdaySchema).max(6),
})
export type Calendar = z.output<typeof calendarSchema>

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs 50 µs or more, using it 1 µs; there are a few hundred zones at most. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, weekday: 'short' })
  formats.set(timeZone, format)
  return format
}

const weekdays: readonly string[] = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']

const weekdayOf = (at: Date, timeZone: string): number => weekdays.indexOf(formatOf(timeZone).format(at)) + 1

/**
 * When a period that begins at `from` is over. Days are counted from the day after, and the time of day stays as it was, so a period ends
 * within its last day and never after it (but for an hour where clocks changed and it began in the hour before midnight).
 */
export function endOf(period: Period, from: Date, calendar: Calendar): Date {
  if (period.unit === 'hours') return new Date(from.getTime() + period.length * hourMs)
  if (period.unit === 'calendarDays') return new Date(from.getTime() + period.length * dayMs)
  const weekend = new Set(calendar.weekend)
  let weekday = weekdayOf(from, calendar.timeZone)
  let days = 0
  for (let worked = 0; worked < period.length; days++) {
    weekday = (weekday % 7) + 1
    if (!weekend.has(weekday)) worked++
  }
  return new Date(from.getTime() + days * dayMs)
}

const saturdayAndSunday = [6, 7]

/** Everywhere else the weekend is Saturday and Sunday, as it is in the United Arab Emirates since 2022. */
const weekends: ReadonlyMap<string, number[]> = new Map<string, number[]>([
  ...'BD BH DJ DZ EG IL IQ JO KW LY MV OM PS QA SA SD SY YE'.split(' ').map(country => [country, [5, 6]] as [string, number[]]),
  ['BN', [5, 7]],
  ['NP', [6]],
])

/** Only countries whose law counts working days need one; UTC serves for the others. */
const timeZones: ReadonlyMap<string, string> = new Map([
  ...europeanUnionCountries.map(country => [country, 'Europe/Brussels'] as const),
  ...['BG', 'CY', 'EE', 'FI', 'GR', 'LT', 'LV', 'RO'].map(country => [country, 'Europe/Athens'] as const),
  ['IE', 'Europe/Dublin'],
  ['PT', 'Europe/Lisbon'],
  ['GB', 'Europe/London'],
  ['CH', 'Europe/Zurich'],
  ['AE', 'Asia/Dubai'],
])

export const calendarOf = (country: string): Calendar => ({
  timeZone: timeZones.get(country) ?? 'UTC',
  weekend: weekends.get(country) ?? saturdayAndSunday,
})
