import { z } from 'zod'
import type { Period } from './periods.ts'
import { knowsHolidaysOf, publicHolidaysOf } from './public-holidays.ts'
import { timeZoneOf } from './time-zones.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

/** ISO 8601: Monday is 1, Sunday is 7. */
const weekdaySchema = z.int().min(1).max(7)

/** More than a country can announce ahead, and few enough that a period always ends. */
const datesMax = 400

const isTimeZone = (name: string) => {
  try {
    return formatOf(name) !== undefined
  } catch {
    return false
  }
}

/** Which days a country works, as far as a profile file may say it. */
export const calendarSchema = z.strictObject({
  timeZone: z.string().max(64).refine(isTimeZone, 'must be an IANA time zone, such as Asia/Singapore'),
  /** At most six, so that a working day always comes. */
  weekend: z.array(weekdaySchema).max(6),
  /** Days off beside the public holidays that are known: what a government has announced for one year. */
  holidays: z.array(z.iso.date()).max(datesMax).optional(),
  /** Days that are worked although they are a weekend's or a holiday. They win over `holidays`. */
  workedDays: z.array(z.iso.date()).max(datesMax).optional(),
})

export type Calendar = z.output<typeof calendarSchema> & {
  /** The country whose public holidays are not worked; nobody's where they are not known. */
  readonly holidaysOf?: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a format costs 50 µs or more, using it 1 µs; there are a few hundred zones at most. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  return format
}

/** By zone and minute: what is armed within a minute asks after the same few. */
const offsets = new Map<string, number>()
const offsetsMax = 10_000
/** Since then every zone changes its clocks at a full minute of Greenwich; before there were seconds. */
const fullMinutesSinceMs = Date.UTC(1973, 0)

/** By how much the clocks of a zone are ahead of Greenwich at an instant, in milliseconds. */
function offsetMs(at: number, timeZone: string): number {
  if (at < fullMinutesSinceMs) return formattedOffsetMs(at, timeZone)
  const name = `${timeZone} ${Math.floor(at / minuteMs)}`
  const known = offsets.get(name)
  if (known !== undefined) return known
  const found = formattedOffsetMs(at, timeZone)
  if (offsets.size >= offsetsMax) offsets.clear()
  offsets.set(name, found)
  return found
}

function formattedOffsetMs(at: number, timeZone: string): number {
  // `GMT+05:30`, `GMT` alone for none, and seconds before there were time zones.
  const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(formatOf(timeZone).format(at)) ?? []
  if (sign === undefined) return 0
  const ahead = Number(hours) * hourMs + Number(minutes) * minuteMs + Number(seconds) * 1000
  return sign === '-' ? -ahead : ahead
}

/** The instant at which clocks show a time: the first one if they show it twice, and as much later as they skip if they never do. */
function instantAt(clockMs: number, timeZone: string): Date {
  const before = offsetMs(clockMs - dayMs, timeZone)
  const after = offsetMs(clockMs + dayMs, timeZone)
  const byBefore = clockMs - before
  if (before === after || offsetMs(byBefore, timeZone) === before) return new Date(byBefore)
  const byAfter = clockMs - after
  return new Date(offsetMs(byAfter, timeZone) === after ? byAfter : byBefore)
}

/** Of each calendar the days that were asked after. */
const workedDays = new WeakMap<Calendar, Map<number, boolean>>()
const daysMax = 4_000

/** Whether a day, counted from 1 January 1970, is worked. */
function isWorked(day: number, calendar: Calendar): boolean {
  const known = workedDays.get(calendar) ?? new Map<number, boolean>()
  const worked = known.get(day) ?? lookWhetherWorked(day, calendar)
  if (known.size >= daysMax) known.clear()
  workedDays.set(calendar, known.set(day, worked))
  return worked
}

function lookWhetherWorked(day: number, calendar: Calendar): boolean {
  const date = new Date(day * dayMs).toISOString().slice(0, 10)
  if (calendar.workedDays?.includes(date)) return true
  // Day 0 was a Thursday.
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1
  if (calendar.weekend.includes(weekday) || calendar.holidays?.includes(date)) return false
  return calendar.holidaysOf === undefined || !publicHolidaysOf(calendar.holidaysOf, Number(date.slice(0, 4))).has(date)
}

/**
 * When a period that begins at `from` is over. Working days are counted from the day after, by the clocks of the freezing country, and
 * the time of day stays as it was: a period ends within its last working day and never after it. A later beginning never has an earlier
 * last day, though what begins on a Saturday at noon ends before what began on the Friday evening.
 */
export function endOf(period: Period, from: Date, calendar: Calendar): Date {
  if (period.unit === 'minutes') return new Date(from.getTime() + period.length * minuteMs)
  if (period.unit === 'hours') return new Date(from.getTime() + period.length * hourMs)
  if (period.unit === 'calendarDays') return new Date(from.getTime() + period.length * dayMs)
  const clockMs = from.getTime() + offsetMs(from.getTime(), calendar.timeZone)
  const firstDay = Math.floor(clockMs / dayMs)
  let day = firstDay
  for (let worked = 0; worked < period.length; ) {
    day++
    if (isWorked(day, calendar)) worked++
  }
  return instantAt(clockMs + (day - firstDay) * dayMs, calendar.timeZone)
}

/** Which end of the day is meant, by the clocks of the country. */
export const endOfDaySchema = z.strictObject({
  /** `24:00` is midnight; `17:00` where a desk goes home then. */
  at: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day from 00:00 to 24:00'),
  /** When fewer minutes than this are left, the end of the next day is meant: nobody can do in them what is asked. */
  minutesLeftMin: z.int().min(0).max(1440),
})

/** When the day of an instant ends on the clocks of the country; the next day's end, when too little of this one is left. */
export function endOfDay({ at, minutesLeftMin }: z.output<typeof endOfDaySchema>, from: Date, calendar: Calendar): Date {
  const clockMs = from.getTime() + offsetMs(from.getTime(), calendar.timeZone)
  const [hours, minutes] = at.split(':')
  const leftMinMs = Math.max(1, minutesLeftMin * minuteMs)
  for (let day = Math.floor(clockMs / dayMs); ; day++) {
    const end = instantAt(day * dayMs + Number(hours) * hourMs + Number(minutes) * minuteMs, calendar.timeZone)
    if (end.getTime() - from.getTime() >= leftMinMs) return end
  }
}

const saturdayAndSunday = [6, 7]

/** Everywhere else the weekend is Saturday and Sunday, as it is in the United Arab Emirates since 2022. */
const weekends: ReadonlyMap<string, number[]> = new Map<string, number[]>([
  ...'BD BH DJ DZ EG IL IQ JO KW LY MV OM PS QA SA SD SY YE'.split(' ').map(country => [country, [5, 6]] as [string, number[]]),
  ['AF', [4, 5]],
  ['BN', [5, 7]],
  ['IR', [5]],
  ['NP', [6]],
])

/** The clock of a country, its weekend, and whose public holidays it keeps, where any are known. */
export const calendarOf = (country: string): Calendar => ({
  timeZone: timeZoneOf(country),
  weekend: weekends.get(country) ?? saturdayAndSunday,
  ...(knowsHolidaysOf(country) ? { holidaysOf: country } : {}),
})
