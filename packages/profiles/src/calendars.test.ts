import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { calendarOf, endOf } from './calendars.ts'

const at = (instant: string) => new Date(instant)
const workingDays = (length: number) => ({ length, unit: 'workingDays' }) as const
const hourMs = 3_600_000

describe('working days', () => {
  test('a weekend between does not count', () => {
    expect(endOf(workingDays(1), at('2024-07-26T10:00:00Z'), calendarOf('GB'))).toEqual(at('2024-07-29T10:00:00Z'))
  })

  test('what begins on a Saturday has Monday as its first day', () => {
    expect(endOf(workingDays(5), at('2024-07-27T10:00:00Z'), calendarOf('CH'))).toEqual(at('2024-08-02T10:00:00Z'))
  })

  test('in Egypt Friday and Saturday are the weekend', () => {
    // From a Thursday: the next working day is Sunday.
    expect(endOf(workingDays(1), at('2024-07-25T10:00:00Z'), calendarOf('EG'))).toEqual(at('2024-07-28T10:00:00Z'))
  })

  test('the day is that of the freezing country, not of Greenwich', () => {
    // Sunday 21:00 in Greenwich is Monday 01:00 in Dubai, so the first working day counted is Tuesday.
    expect(endOf(workingDays(1), at('2024-07-28T21:00:00Z'), calendarOf('AE'))).toEqual(at('2024-07-29T21:00:00Z'))
    // And Friday 21:00 is Saturday there, so it is Monday; in Switzerland it is still Friday and the first day is Monday too.
    expect(endOf(workingDays(1), at('2024-07-26T21:00:00Z'), calendarOf('AE'))).toEqual(at('2024-07-28T21:00:00Z'))
    expect(endOf(workingDays(1), at('2024-07-26T21:00:00Z'), calendarOf('CH'))).toEqual(at('2024-07-29T21:00:00Z'))
  })

  test('a period ends on a working day, later for every day it is longer', () => {
    const calendar = { timeZone: 'UTC', weekend: [5, 6] }
    const anyInstant = fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z'), noInvalidDate: true })
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 1, max: 100 }), (from, length) => {
        const end = endOf(workingDays(length), from, calendar)
        expect([5, 6]).not.toContain(end.getUTCDay() === 0 ? 7 : end.getUTCDay())
        expect(endOf(workingDays(length + 1), from, calendar) > end).toBe(true)
        expect(end.getTime() - from.getTime()).toBeGreaterThanOrEqual(length * 24 * hourMs)
      }),
      { seed: 20240725 },
    )
  })
})

test('hours and calendar days run through weekends', () => {
  const friday = at('2024-07-26T10:00:00Z')
  expect(endOf({ length: 72, unit: 'hours' }, friday, calendarOf('GB'))).toEqual(at('2024-07-29T10:00:00Z'))
  expect(endOf({ length: 7, unit: 'calendarDays' }, friday, calendarOf('GB'))).toEqual(at('2024-08-02T10:00:00Z'))
})
