import { z } from 'zod'
import type { Period } from './periods.ts'
import { hasHolidaysOf, publicHolidaysOf } from './public-holidays.ts'
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

/** The working days of a country, as far as a profile file can set them. */
export const calendarSchema = z.strictObject({
  timeZone: z.string().max(64).refine(isTimeZone, 'must be an IANA time zone, such as Asia/Singapore'),
  /** At most six, so that there is always a working day. */
  weekend: z.array(weekdaySchema).max(6),
  /** Days off in addition to known public holidays, such as those that a government announced for one year. */
  holidays: z.array(z.iso.date()).max(datesMax).optional(),
  /** Working days on a weekend or holiday. They take precedence over `holidays`. */
  workedDays: z.array(z.iso.date()).max(datesMax).optional(),
})

export type Calendar = z.output<typeof calendarSchema> & {
  /** The country whose public holidays apply; undefined if they are unknown. */
  readonly holidaysOf?: string
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Creating a format costs 50 µs or more, using it 1 µs; there are at most a few hundred zones. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-GB', { timeZone, timeZoneName: 'longOffset' })
  formats.set(timeZone, format)
  return format
}

/** By zone and minute: deadlines that start within a minute need the same few. */
const offsets = new Map<string, number>()
const offsetsMax = 10_000
/** Since then all offsets from UTC change at full minutes; before, there were seconds. */
const fullMinutesSinceMs = Date.UTC(1973, 0)

/** The offset of a time zone from UTC at an instant, in milliseconds. */
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
  // `GMT+05:30`, `GMT` alone for no offset, and with seconds before time zones existed.
  const [, sign, hours, minutes, seconds = '0'] = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?/.exec(formatOf(timeZone).format(at)) ?? []
  if (sign === undefined) return 0
  const ahead = Number(hours) * hourMs + Number(minutes) * minuteMs + Number(seconds) * 1000
  return sign === '-' ? -ahead : ahead
}

/**
 * The instant at which clocks show a time: the first one if they show it twice. If they skip it, later by the skipped
 * time.
 */
function instantAt(clockMs: number, timeZone: string): Date {
  const before = offsetMs(clockMs - dayMs, timeZone)
  const after = offsetMs(clockMs + dayMs, timeZone)
  const byBefore = clockMs - before
  if (before === after || offsetMs(byBefore, timeZone) === before) return new Date(byBefore)
  const byAfter = clockMs - after
  return new Date(offsetMs(byAfter, timeZone) === after ? byAfter : byBefore)
}

/** A cache of days for each calendar. */
const workedDays = new WeakMap<Calendar, Map<number, boolean>>()
const daysMax = 4_000

/** Whether a day, counted from 1 January 1970, is a working day. */
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
 * The end of a period that starts at `from`. Working days are counted from the next day in the time zone of the freezing
 * country, and the time of day stays. So a period ends within its last working day. A later start never has an earlier last
 * day, although a period from Saturday noon ends before one from Friday evening.
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

/** The end of a day in the time zone of the country. */
export const endOfDaySchema = z.strictObject({
  /** `24:00` is midnight; `17:00` if the desk closes then. */
  at: z.string().regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'must be a time of day from 00:00 to 24:00'),
  /** With fewer minutes left, the end of the next day counts, because the time would be too short to act. */
  minutesLeftMin: z.int().min(0).max(1440),
})

/** The end of an instant's day in the country; of the next day if too little time is left. */
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

/** In all other countries the weekend is Saturday and Sunday, as in the United Arab Emirates since 2022. */
const weekends: ReadonlyMap<string, number[]> = new Map<string, number[]>([
  ...'BD BH DJ DZ EG IL IQ JO KW LY MV OM PS QA SA SD SY YE'.split(' ').map(country => [country, [5, 6]] as [string, number[]]),
  ['AF', [4, 5]],
  ['BN', [5, 7]],
  ['IR', [5]],
  ['NP', [6]],
])

/** The calendar of a country: time zone, weekend, and the country of its public holidays if they are known. */
export const calendarOf = (country: string): Calendar => ({
  timeZone: timeZoneOf(country),
  weekend: weekends.get(country) ?? saturdayAndSunday,
  ...(hasHolidaysOf(country) ? { holidaysOf: country } : {}),
})
