import { loadLibrary } from '#date-holidays'
import { isReachable } from './members.ts'

const dayMs = 24 * 3_600_000

/**
 * Members whose holidays the library does not have. Only weekends are days off there, so a period ends early rather
 * than late.
 */
const unknownMembers: ReadonlySet<string> = new Set(
  'AF BT FM IQ JO KG KH KI KW LA LB MH MM MN MO MV NP NR OM PG PS PW QA SB SY TJ TL TM WS YE'.split(' '),
)

export const hasHolidaysOf = (country: string): boolean => isReachable(country) && !unknownMembers.has(country)

/** The part of a country whose holidays apply if its parts differ: the seat of its banks and FIU. */
const parts: ReadonlyMap<string, string> = new Map([['GB', 'ENG']])

interface Correction {
  readonly not: readonly string[]
  readonly also: ReadonlyArray<{ readonly rule: string; readonly name: string }>
}

/** Differences between the library and the law of a country that counts working days, in the library's own grammar. */
const corrections: ReadonlyMap<string, Correction> = new Map([
  // The list of the Cabinet since 2019: no Isra and Miraj and no first day of Ramadan, but Arafah Day and a second National Day.
  [
    'AE',
    {
      not: ['27 Rajab', '1 Ramadan'],
      also: [
        { rule: '9 Dhu al-Hijjah', name: 'Arafah Day' },
        { rule: '12-03', name: 'National Day' },
      ],
    },
  ],
  // Labour Code Art. 154: Christmas is two days.
  ['BG', { not: [], also: [{ rule: '12-26', name: 'Second day of Christmas' }] }],
])

// A country's year has about fifteen dates and takes 3 ms to find; about thirty countries count working days, for a few
// years each.
const yearsMax = 512
const years = new Map<string, ReadonlyMap<string, string>>()

const firstYear = 1970
/** No country sets holidays that far ahead, and the library's lunar feasts end with 2076. */
const lastYear = 2100

/**
 * The public holidays of a country in one year, as `YYYY-MM-DD` with names, in English if the library has them; empty if the
 * library does not have the country. Substitute days are included as far as known; bank holidays, optional days and half
 * days are not. Lunar feasts are calculated; announced dates come from the profile file.
 */
export function publicHolidaysOf(country: string, year: number): ReadonlyMap<string, string> {
  if (!hasHolidaysOf(country) || year < firstYear || year > lastYear) return new Map()
  const key = `${country} ${year}`
  const known = years.get(key)
  if (known) return known
  const dates = findHolidays(country, year)
  for (const oldest of years.keys()) {
    if (years.size < yearsMax) break
    years.delete(oldest)
  }
  years.set(key, dates)
  return dates
}

function findHolidays(country: string, year: number): ReadonlyMap<string, string> {
  const Library = loadLibrary()
  const part = parts.get(country)
  const options: { types: ['public']; languages: string[] } = { types: ['public'], languages: ['en'] }
  const finder = part === undefined ? new Library(country, options) : new Library(country, part, options)
  const { not = [], also = [] } = corrections.get(country) ?? {}
  for (const rule of not) finder.unsetRule(rule)
  for (const { rule, name } of also) finder.setHoliday(rule, { name, type: 'public' })

  const dates = new Map<string, string>()
  // A feast of several days that starts in December ends in the next year.
  for (const holiday of [...finder.getHolidays(year - 1), ...finder.getHolidays(year)]) {
    // A holiday that starts at noon leaves a working morning.
    if (holiday.type !== 'public' || !holiday.date.includes(' 00:00:00')) continue
    const first = Date.parse(`${holiday.date.slice(0, 10)}T00:00:00Z`)
    // A day on which clocks change has 23 hours; the half day at the end of some feasts lacks at least 12.
    const length = Math.floor((holiday.end.getTime() - holiday.start.getTime()) / dayMs + 0.1)
    for (let day = 0; day < length; day++) {
      const date = new Date(first + day * dayMs).toISOString().slice(0, 10)
      if (date.startsWith(`${year}-`) && !dates.has(date)) dates.set(date, holiday.name)
    }
  }
  return dates
}
