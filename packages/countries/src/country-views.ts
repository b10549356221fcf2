import type { CalendarSource, CountryView, ListedCountry } from '@holdfast/schemas'
import type { Calendar } from './calendars.ts'
import { isReachable, memberCountries, subBureaus } from './members.ts'
import { publicHolidaysOf } from './public-holidays.ts'
import { regionsOf } from './regions.ts'

const dayMs = 24 * 3_600_000
const daysShown = 366

/** Every country that can receive requests, sorted by code. */
export const listedCountries = (): ListedCountry[] =>
  [...memberCountries, ...subBureaus.keys()].sort().map(country => ({ country, ...nameOf(country), regions: regionsOf(country) }))

/**
 * What readers see of a calendar: time zone, weekend, and the days off of the next twelve months. Undefined for a
 * country that cannot receive requests.
 * @param from the first day, in UTC.
 */
export function viewOfCountry(country: string, calendar: Calendar, from: Date): CountryView | undefined {
  if (!isReachable(country)) return undefined
  const sources = sourcesOf(calendar)
  return {
    country,
    ...nameOf(country),
    timeZone: calendar.timeZone,
    weekend: calendar.weekend,
    holidays: holidaysFrom(calendar, from),
    source: sources.map(source => sourceTexts[source]).join('; '),
    sources,
    regions: regionsOf(country),
  }
}

const ofProfile = { name: 'A day off by the profile file', from: 'profileFile' } as const

function holidaysFrom({ holidaysOf, holidays = [], workedDays = [] }: Calendar, from: Date): CountryView['holidays'] {
  const [first, last] = [0, daysShown].map(days => new Date(from.getTime() + days * dayMs).toISOString().slice(0, 10)) as [string, string]
  const known = new Map<string, Omit<CountryView['holidays'][number], 'date'>>(holidays.map(date => [date, ofProfile]))
  for (const year of holidaysOf ? [Number(first.slice(0, 4)), Number(last.slice(0, 4))] : [])
    for (const [date, name] of publicHolidaysOf(holidaysOf as string, year)) known.set(date, { name })
  return [...known]
    .filter(([date]) => date >= first && date < last && !workedDays.includes(date))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([date, day]) => ({ date, ...day }))
}

const sourceTexts: Readonly<Record<CalendarSource, string>> = {
  timeZoneOfCapital: 'time zone of the capital by the IANA database',
  publicHolidays: 'public holidays by date-holidays, feasts by the moon as calculated',
  noPublicHolidays: 'public holidays are not known, so only weekends are not worked',
  profileFile: 'with the days of the profile file',
}

/** Tells readers how reliable the calendar is. */
const sourcesOf = ({ holidaysOf, holidays, workedDays }: Calendar): readonly CalendarSource[] => [
  'timeZoneOfCapital',
  holidaysOf ? 'publicHolidays' : 'noPublicHolidays',
  ...(holidays || workedDays ? (['profileFile'] as const) : []),
]

let names: Intl.DisplayNames | undefined

/** In English; absent for an unknown code. */
function nameOf(country: string): { readonly name?: string } {
  names ??= new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
  const name = names.of(country)
  return name === undefined ? {} : { name }
}
