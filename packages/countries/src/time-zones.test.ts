import { expect, test } from 'vitest'
import { memberCountries, subBureaus } from './members.ts'
import { timeZoneOf } from './time-zones.ts'

/** What the runtime knows of a country's zones; TypeScript's library does not know it yet. */
const zonesOf = (country: string) => (new Intl.Locale(`und-${country}`) as unknown as { getTimeZones(): string[] }).getTimeZones()
/** The one name under which the runtime knows a zone of several names. */
const resolved = (timeZone: string) => new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone

test('every country that requests are sent to has a time zone, which is one of its own', () => {
  for (const country of [...memberCountries, ...subBureaus.keys()])
    expect(zonesOf(country).map(resolved), country).toContain(resolved(timeZoneOf(country)))
})

test.each([
  ['US', 'America/New_York'],
  ['BR', 'America/Sao_Paulo'],
  ['RU', 'Europe/Moscow'],
  ['ES', 'Europe/Madrid'],
  ['TL', 'Asia/Dili'],
  ['ZZ', 'UTC'],
])('deadlines in %s are counted in %s', (country, timeZone) => {
  expect(timeZoneOf(country)).toBe(timeZone)
})
