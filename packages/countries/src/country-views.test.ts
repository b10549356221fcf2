import { describe, expect, test } from 'vitest'
import { calendarOf } from './calendars.ts'
import { listedCountries, viewOfCountry } from './country-views.ts'
import { regions } from './regions.ts'

const from = new Date('2026-11-26T12:00:00Z')

describe('the view of a country', () => {
  test('has its name, time zone, weekend, region and the holidays of the next twelve months', () => {
    const view = viewOfCountry('AE', calendarOf('AE'), from)
    expect(view).toMatchObject({
      country: 'AE',
      name: 'United Arab Emirates',
      timeZone: 'Asia/Dubai',
      weekend: [6, 7],
      regions: ['GCC Police'],
      source: expect.stringContaining('feasts by the moon as calculated'),
      sources: ['timeZoneOfCapital', 'publicHolidays'],
    })
    const dates = view?.holidays.map(({ date }) => date) ?? []
    expect(dates).toEqual(expect.arrayContaining(['2026-12-02', '2026-12-03', '2027-01-01']))
    expect(dates).toEqual([...new Set(dates)].sort())
    expect([dates.at(0), dates.find(date => date >= '2027-11-27')]).toEqual(['2026-12-02', undefined])
    expect(view?.holidays).toContainEqual({ date: '2027-01-01', name: "New Year's Day" })
    expect(viewOfCountry('AE', calendarOf('AE'), new Date('2026-12-03T00:00:00Z'))?.holidays[0]?.date).toBe('2026-12-03')
  })

  test('says that holidays are unknown, so that only weekends are days off', () => {
    expect(viewOfCountry('QA', calendarOf('QA'), from)).toMatchObject({
      weekend: [5, 6],
      holidays: [],
      source: expect.stringContaining('public holidays are not known'),
      sources: ['timeZoneOfCapital', 'noPublicHolidays'],
    })
  })

  test('follows the days that a profile file names', () => {
    const calendar = { timeZone: 'Asia/Jayapura', weekend: [7], holidays: ['2027-02-01', '2029-01-01'], workedDays: ['2027-01-01'] }
    const view = viewOfCountry('ID', { ...calendarOf('ID'), ...calendar }, from)
    expect(view).toMatchObject({ timeZone: 'Asia/Jayapura', weekend: [7], source: expect.stringContaining('profile file') })
    expect(view?.sources).toContain('profileFile')
    expect(view?.holidays).toContainEqual({ date: '2027-02-01', name: 'A day off by the profile file', from: 'profileFile' })
    expect(view?.holidays.map(({ date }) => date)).not.toContain('2027-01-01')
    expect(view?.holidays.map(({ date }) => date)).not.toContain('2029-01-01')
  })

  test('is undefined for a country that cannot receive requests', () => {
    expect(['KP', 'constructor'].map(country => viewOfCountry(country, calendarOf(country), from))).toEqual([undefined, undefined])
  })
})

describe('the list of countries', () => {
  test('has every member and sub-bureau once, with its name', () => {
    const countries = listedCountries()
    expect(countries).toHaveLength(196 + 11)
    expect(countries.filter(({ name }) => !name)).toEqual([])
    expect(countries.map(({ country }) => country)).toEqual([...new Set(countries.map(({ country }) => country))].sort())
    expect(countries).toContainEqual({ country: 'SG', name: 'Singapore', regions: ['ASEANAPOL'] })
    expect(countries).toContainEqual({ country: 'FR', name: 'France', regions: [] })
  })

  test('has every member of a region', () => {
    for (const { name, countries } of regions)
      expect(
        listedCountries()
          .filter(listed => listed.regions.includes(name))
          .map(({ country }) => country),
      ).toEqual(countries)
  })
})
