import { expect, test } from 'vitest'
import { shortFormat, utcText, zoneName } from './instant.tsx'

test.each([
  ['2024-07-23T02:25:00.000Z', '2024-07-23 02:25:00 UTC'],
  ['2024-07-23T10:25:00.120+08:00', '2024-07-23 02:25:00.120 UTC'],
])('%s is %s', (at, text) => expect(utcText(new Date(at))).toBe(text))

test('an instant of today shows the time only, one of this year the day, and any other the year', () => {
  const now = new Date(2024, 6, 23, 10)
  expect(shortFormat(new Date(2024, 6, 23, 9), now)).toEqual({ timeStyle: 'short' })
  expect(shortFormat(new Date(2024, 6, 22, 9), now)).not.toHaveProperty('year')
  expect(shortFormat(new Date(2029, 6, 23, 10), now)).toMatchObject({ day: 'numeric', year: 'numeric' })
})

test('the zone has a name and its offset from UTC', () => {
  expect(zoneName('en', new Date('2024-07-23T02:25:00Z'))).toMatch(/\w+ \w+|UTC|GMT/)
})
