import { execFileSync } from 'node:child_process'
import Holidays from 'date-holidays'
import { describe, expect, test } from 'vitest'
import { memberCountries, subBureaus } from './members.ts'
import { hasHolidaysOf, publicHolidaysOf } from './public-holidays.ts'

const daysOf = (country: string, year: number) => [...publicHolidaysOf(country, year).keys()]

describe('public holidays', () => {
  test('of England stand for the United Kingdom: with the summer bank holiday, which Scotland has three weeks earlier', () => {
    expect(daysOf('GB', 2024)).toEqual(['01-01', '03-29', '04-01', '05-06', '05-27', '08-26', '12-25', '12-26'].map(day => `2024-${day}`))
  })

  test('have their substitute days', () => {
    // Christmas Day 2021 was a Saturday and Boxing Day a Sunday.
    expect(daysOf('GB', 2021)).toContain('2021-12-27')
    expect(daysOf('GB', 2021)).toContain('2021-12-28')
    // The second day of Chinese New Year 2024 was a Sunday.
    expect(daysOf('SG', 2024)).toContain('2024-02-12')
    // New Year's Day 2022 was a Saturday, and its substitute was in the year before.
    expect(daysOf('US', 2021)).toContain('2021-12-31')
  })

  test('of the United Arab Emirates are those of its Cabinet', () => {
    const days = daysOf('AE', 2024)
    // 9 to 12 Dhu al-Hijjah.
    for (const day of ['2024-06-15', '2024-06-16', '2024-06-17', '2024-06-18', '2024-12-02', '2024-12-03']) expect(days).toContain(day)
    // Isra and Miraj, and the first day of Ramadan.
    for (const day of ['2024-02-08', '2024-03-11']) expect(days).not.toContain(day)
  })

  test('have names, in English, and those that the library lacks have them, too', () => {
    expect(publicHolidaysOf('JP', 2026).get('2026-02-11')).toBe('Foundation Day')
    expect(publicHolidaysOf('AE', 2024).get('2024-06-15')).toBe('Arafah Day')
  })

  test('of Bulgaria have a second day of Christmas', () => {
    expect(daysOf('BG', 2024)).toContain('2024-12-26')
  })

  test('of several days include each day, also in the next year', () => {
    expect(daysOf('RU', 2024).slice(0, 8)).toEqual([1, 2, 3, 4, 5, 6, 7, 8].map(day => `2024-01-0${day}`))
    // The Feast of the Sacrifice began on 31 December 2006.
    expect(daysOf('SA', 2007).slice(0, 2)).toEqual(['2007-01-01', '2007-01-02'])
  })

  test('exclude bank holidays, half days and days of mere observance', () => {
    // 24 and 31 December are observed in Germany; 24 December is half a day in Iceland.
    expect(daysOf('DE', 2024)).not.toContain('2024-12-31')
    expect(daysOf('DE', 2024)).not.toContain('2024-12-24')
    expect(daysOf('IS', 2024)).not.toContain('2024-12-24')
  })

  test.each([
    ['a member the library does not know', 'TL', 2024],
    ['no country', 'ZZ', 2024],
    ['the name of a property', 'constructor', 2024],
    ['a year before there are any', 'GB', 1969],
    ['a year after there are any', 'GB', 2101],
  ])('are empty for %s', (_, country, year) => {
    expect(publicHolidaysOf(country, year).size).toBe(0)
  })

  test('are known for exactly the members in the library', () => {
    const library = new Holidays().getCountries()
    for (const country of [...memberCountries, ...subBureaus.keys()])
      expect(hasHolidaysOf(country), country).toBe(Object.hasOwn(library, country))
  })

  test('are found again after the cache was full', () => {
    const before = daysOf('CH', 2024)
    for (const country of ['AT', 'BE', 'DE', 'DK', 'FR', 'IT']) for (let year = 1970; year <= 2069; year++) publicHolidaysOf(country, year)
    expect(daysOf('CH', 2024)).toEqual(before)
  })
})

describe('a process', () => {
  const outputOf = (script: string, env: Record<string, string> = {}) =>
    execFileSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: import.meta.dirname,
      env: { ...process.env, ...env },
      encoding: 'utf8',
      timeout: 20_000,
    }).trim()

  test('loads the library only when it first counts working days', () => {
    const script = `
      import { createRequire } from 'node:module'
      import { calendarOf, endOf, hours, workingDays } from './index.ts'
      const { cache } = createRequire(import.meta.url)
      const isLoaded = () => Object.keys(cache).some(path => path.includes('date-holidays'))
      const found = [isLoaded()]
      for (const period of [hours(20), workingDays(7)]) {
        endOf(period, new Date('2024-05-03T12:00:00Z'), calendarOf('GB'))
        found.push(isLoaded())
      }
      console.log(found.join(' '))`
    expect(outputOf(script)).toBe('false false true')
  })

  test('finds the same days and ends in every time zone and language of its machine', () => {
    const script = `
      import { calendarOf, endOf, workingDays } from './index.ts'
      import { publicHolidaysOf as days } from './public-holidays.ts'
      for (const country of ['AE', 'CH', 'GB', 'IL', 'IR', 'SG', 'US']) console.log(country, ...days(country, 2026).keys())
      for (const country of ['AE', 'DE', 'GB'])
        console.log(endOf(workingDays(7), new Date('2026-03-26T23:30:00Z'), calendarOf(country)).toISOString())`
    const here = outputOf(script, { TZ: 'UTC', LC_ALL: 'C' })
    expect(here.split('\n')).toHaveLength(10)
    expect(outputOf(script, { TZ: 'Pacific/Kiritimati', LC_ALL: 'th_TH.UTF-8' })).toBe(here)
    expect(outputOf(script, { TZ: 'America/Los_Angeles', LC_ALL: 'ar_SA.UTF-8' })).toBe(here)
  })
})
