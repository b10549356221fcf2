import { createRequire } from 'node:module'
import type Holidays from 'date-holidays'
import { isReachable } from './members.ts'

const dayMs = 24 * 3_600_000

/** Members whose holidays the library does not know: for them only weekends are not worked, so a period ends early rather than late. */
const unknownMembers: ReadonlySet<string> = new Set(
  'AF BT FM IQ JO KG KH KI KW LA LB MH MM MN MO MV NP NR OM PG PS PW QA SB SY TJ TL TM WS YE'.split(' '),
)

export const knowsHolidaysOf = (country: string): boolean => isReachable(country) && !unknownMembers.has(country)

/** The part of a country whose holidays are meant where its parts differ: the one its banks and its FIU sit in. */
const parts: ReadonlyMap<string, string> = new Map([['GB', 'ENG']])

/** Where the library differs from the law of a country that counts working days, in the library's own grammar. */
const corrections: ReadonlyMap<string, { readonly not: readonly string[]; readonly also: readonly string[] }> = new Map([
  // The list of the Cabinet since 2019: no Isra and Miraj and no first day of Ramadan, but Arafah Day and a second National Day.
  ['AE', { not: ['27 Rajab', '1 Ramadan'], also: ['9 Dhu al-Hijjah', '12-03'] }],
  // Labour Code Art. 154: Christmas is two days.
  ['BG', { not: [], also: ['12-26'] }],
])

const load = createRequire(import.meta.url)

// Loading the library takes 75 ms and 30 MB once, so a process that meets no working days never does it. It must be done in
// mid-decision, which can not wait for an `import()`.
let library: typeof Holidays | undefined
function loadLibrary(): typeof Holidays {
  library ??= load('date-holidays') as typeof Holidays
  return library
}

// A year of a country is some fifteen dates and takes 3 ms to find; some thirty countries count working days, a few years each.
const yearsMax = 512
const years = new Map<string, ReadonlySet<string>>()

const firstYear = 1970
/** Nobody has set a holiday so far ahead, and the library's feasts by the moon end with 2076. */
const lastYear = 2100

/**
 * The public holidays of a country in one year, as `YYYY-MM-DD`; none where the library knows nothing of the country. Substitute days are
 * among them as far as it knows them; bank holidays that are no public ones, optional and half days are not. Feasts that go by the moon
 * are as calculated, and what a government says of them comes by the profile file.
 */
export function publicHolidaysOf(country: string, year: number): ReadonlySet<string> {
  if (!knowsHolidaysOf(country) || year < firstYear || year > lastYear) return new Set()
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

function findHolidays(country: string, year: number): ReadonlySet<string> {
  const Library = loadLibrary()
  const part = parts.get(country)
  const options: { types: ['public'] } = { types: ['public'] }
  const finder = part === undefined ? new Library(country, options) : new Library(country, part, options)
  const { not = [], also = [] } = corrections.get(country) ?? {}
  for (const rule of not) finder.unsetRule(rule)
  for (const rule of also) finder.setHoliday(rule, { name: rule, type: 'public' })

  const dates = new Set<string>()
  // A feast of several days that begins in December ends in the next year.
  for (const holiday of [...finder.getHolidays(year - 1), ...finder.getHolidays(year)]) {
    // What begins at noon leaves a morning of work.
    if (holiday.type !== 'public' || !holiday.date.includes(' 00:00:00')) continue
    const first = Date.parse(`${holiday.date.slice(0, 10)}T00:00:00Z`)
    // A day on which clocks change has 23 hours; the half day that some feasts end with has 12 or more too few.
    const length = Math.floor((holiday.end.getTime() - holiday.start.getTime()) / dayMs + 0.1)
    for (let day = 0; day < length; day++) {
      const date = new Date(first + day * dayMs).toISOString().slice(0, 10)
      if (date.startsWith(`${year}-`)) dates.add(date)
    }
  }
  return dates
}
