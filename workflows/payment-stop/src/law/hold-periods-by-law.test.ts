import { publicHolidaysOf } from '@holdfast/countries'
import { describe, expect, test } from 'vitest'
import { europeanUnionCountries, holdsByCountry } from './holds.ts'
import { holdPolicy } from './policy.ts'

/** [country, basis, the Friday of the hold, the holiday after it, the default end, the latest end] */
const rows = [
  // Early May bank holiday. Seven working days: Tue 7, Wed 8, Thu 9, Fri 10, Mon 13, Tue 14, Wed 15. Moratorium: 31 days, 3 June.
  ['GB', 'FIU_SUSPENSION', '2024-05-03', '2024-05-06', '2024-05-15', '2024-06-03'],
  // 72 h is the holiday itself. The end of the 4th business day is Fri 10: Tue 7, Wed 8, Thu 9, Fri 10.
  ['GB', 'VOLUNTARY', '2024-05-03', '2024-05-06', '2024-05-06', '2024-05-10'],
  // A court counts calendar days: 31, and six times as many.
  ['GB', 'COURT', '2024-05-03', '2024-05-06', '2024-06-03', '2024-11-05'],
  // Whit Monday. Five working days: Tue 21, Wed 22, Thu 23, Fri 24, Mon 27.
  ['CH', 'FIU_SUSPENSION', '2024-05-17', '2024-05-20', '2024-05-27', '2024-05-27'],
  // National Day is Monday and Tuesday. Seven working days: Wed 4, Thu 5, Fri 6, Mon 9, Tue 10, Wed 11, Thu 12.
  ['AE', 'FIU_SUSPENSION', '2024-11-29', '2024-12-02', '2024-12-12', '2024-12-12'],
  // Heroes' Day. Fifteen calendar days, a Saturday.
  ['ZM', 'FIU_SUSPENSION', '2024-06-28', '2024-07-01', '2024-07-13', '2024-07-13'],
  // The Queen Mother's birthday. Seven calendar days; 72 h for the complaint, which is the holiday.
  ['TH', 'POLICE_ORDER', '2024-08-09', '2024-08-12', '2024-08-16', '2024-08-16'],
  ['TH', 'VOLUNTARY', '2024-08-09', '2024-08-12', '2024-08-12', '2024-08-16'],
  // National Heroes' Day. Thirty calendar days: 8 in August, 22 in September.
  ['PH', 'POLICE_ORDER', '2024-08-23', '2024-08-26', '2024-09-22', '2024-09-22'],
  // The substitute day of Chinese New Year. Thirty calendar days: 20 in February, which has 29, and 10 in March.
  ['SG', 'POLICE_ORDER', '2024-02-09', '2024-02-12', '2024-03-10', '2024-03-10'],
  // The birthday of the Yang di-Pertuan Agong. Twelve months without a charge.
  ['MY', 'PROSECUTOR', '2024-05-31', '2024-06-03', '2025-05-31', '2025-05-31'],
  // Independence Day. 72 h is the holiday itself; seven days for the analysis.
  ['BR', 'VOLUNTARY', '2026-09-04', '2026-09-07', '2026-09-07', '2026-09-11'],
  // Republic Day. A bank holds for 48 h, which is the Sunday before it.
  ['IN', 'VOLUNTARY', '2026-01-23', '2026-01-26', '2026-01-25', '2026-01-25'],
  // Whit Monday. Five: Tue 21, Wed 22, Thu 23, Fri 24, Mon 27. Ten: Tue 28, Wed 29, Thu 30, Fri 31, Mon 3 June; Thursday 30 May is
  // Corpus Christi in six of the sixteen states only.
  ['DE', 'FIU_SUSPENSION', '2024-05-17', '2024-05-20', '2024-05-27', '2024-06-03'],
  // Japan's law is unknown, so a week of calendar days. Marine Day.
  ['JP', 'FIU_SUSPENSION', '2024-07-12', '2024-07-15', '2024-07-19', '2024-07-19'],
] as const

/**
 * The same time in every country, so that rows concern only days. No time zone here changes between two ends with
 * working days.
 */
const at = (day: string) => new Date(`${day}T08:00:00Z`)

describe('a hold on a Friday before a public holiday (V20)', () => {
  test.each(rows)('in %s on basis %s, given %s before %s, ends %s and at the latest %s', (country, basis, friday, holiday, end, latest) => {
    expect(at(friday).getUTCDay()).toBe(5)
    expect([...publicHolidaysOf(country, Number(holiday.slice(0, 4))).keys()]).toContain(holiday)
    expect(holdPolicy.defaultExpiry(country, basis, at(friday))).toEqual(at(end))
    expect(holdPolicy.latestExpiry(country, basis, at(friday))).toEqual(at(latest))
  })

  // Friday 22 December 2023: Christmas Day and New Year's Day are Mondays, so five working days reach over both.
  test.each([
    // Tuesday 26 is worked: Tue 26, Wed 27, Thu 28, Fri 29, Tue 2.
    ['2024-01-02', 'BE ES FR MT PT'],
    // Tuesday 26 is not: Wed 27, Thu 28, Fri 29, Tue 2, Wed 3.
    ['2024-01-03', 'AT CY CZ DE DK EE FI GR HR HU IE IT LT LU LV NL PL SE SK'],
    // Neither is Tuesday 2 January: Wed 27, Thu 28, Fri 29, Wed 3, Thu 4.
    ['2024-01-04', 'RO SI'],
  ])('of Christmas 2023 by an FIU of the European Union ends %s in %s', (end, countries) => {
    for (const country of countries.split(' '))
      expect(holdPolicy.defaultExpiry(country, 'FIU_SUSPENSION', at('2023-12-22')), country).toEqual(at(end))
  })

  test('of Unification Day in Bulgaria ends the Monday after', () => {
    // Monday 6 September 2021. Five working days: Tue 7, Wed 8, Thu 9, Fri 10, Mon 13.
    expect(holdPolicy.defaultExpiry('BG', 'FIU_SUSPENSION', at('2021-09-03'))).toEqual(at('2021-09-13'))
  })

  test('in a country with unknown law and holidays expires after 72 hours or a week', () => {
    // Monday 20 May 2024 is the Restoration of Independence in Timor-Leste.
    expect(holdPolicy.defaultExpiry('TL', 'VOLUNTARY', at('2024-05-17'))).toEqual(at('2024-05-20'))
    expect(holdPolicy.defaultExpiry('TL', 'POLICE_ORDER', at('2024-05-17'))).toEqual(at('2024-05-24'))
  })

  test('has a row for every country of the table', () => {
    const shown = new Set<string>([...rows.map(([country]) => country), ...europeanUnionCountries])
    expect([...holdsByCountry.keys()].filter(country => !shown.has(country))).toEqual([])
  })
})
