import { loadLibrary } from '#date-holidays'
import { isReachable } from './members.ts'

const dayMs = 24 * 3_600_000

/** Members whose holidays the library does not know: for them only weekends are not worked, so a period ends early rather than late. */
const unknownMembers: ReadonlySet<string> = new Set(
  'AF BT FM IQ JO KG KH KI KW LA LB MH MM MN MO MV NP NR OM PG PS PW QA SB SY TJ TL TM WS YE'.split(' '),
)

export const knowsHolidaysOf = (country: string): boolean => isReachable(country) && !unknownMembers.has(country)

/** The part of a country whose holidays are meant where its parts differ: the one its banks and its FIU sit in. */
const parts: ReadonlyMap<string, string> = new Map([['GB', 'ENG']])

interface Correction {
  readonly not: readonly string[]
  readonly also: ReadonlyArray<{ readonly rule: string; readonly name: string }>
}

/** Where the library differs from the law of a country that counts working days, in the library's own grammar. */
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

// A year of a country is some fifteen dates and takes 3 ms to find; some thirty countries count working days, a few years each.
const yearsMax = 512
const years = new Map<string, ReadonlyMap<string, string>>()

const firstYear = 1970
/** Nobody has set a holiday so far ahead, and the library's feasts by the moon end with 2076. */
const lastYear = 2100

/**
 * The public holidays of a country in one year, as `YYYY-MM-DD`, with their names, in English where the library has them in it; none where the library knows nothing of the country. Substitute days are
 * among them as far as it knows them; bank holidays that are no public ones, optional and half days are not. Feasts that go by the moon
 * are as calculated, and what a government says of them comes by the profile file.
 */
export function publicHolidaysOf(country: string, year: number): ReadonlyMap<string, string> {
  if (!knowsHolidaysOf(country) || year < firstYear || year > lastYear) return new Map()
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
  // A feast of several days that begins in December ends in the next year.
  for (const holiday of [...finder.getHolidays(year - 1), ...finder.getHolidays(year)]) {
    // What begins at noon leaves a morning of work.
    if (holiday.type !== 'public' || !holiday.date.includes(' 00:00:00')) continue
    const first = Date.parse(`${holiday.date.slice(0, 10)}T00:00:00Z`)
    // A day on which clocks change has 23 hours; the half day that some feasts end with has 12 or more too few.
    const length = Math.floor((holiday.end.getTime() - holiday.start.getTime()) / dayMs + 0.1)
    for (let day = 0; day < length; day++) {
      const date = new Date(first + day * dayMs).toISOString().slice(0, 10)
      if (date.startsWith(`${year}-`) && !dates.has(date)) dates.set(date, holiday.name)
    }
  }
  return dates
}
