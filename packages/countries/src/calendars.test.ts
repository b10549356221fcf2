import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Calendar, calendarOf, endOf } from './calendars.ts'
import { memberCountries } from './members.ts'
import { publicHolidaysOf } from './public-holidays.ts'

const at = (instant: string) => new Date(instant)
const workingDays = (length: number) => ({ length, unit: 'workingDays' }) as const
const hourMs = 3_600_000

describe('working days', () => {
  test('a weekend between does not count', () => {
    expect(endOf(workingDays(1), at('2024-07-26T10:00:00Z'), calendarOf('GB'))).toEqual(at('2024-07-29T10:00:00Z'))
  })

  test('what begins on a Saturday has Monday as its first day', () => {
    expect(endOf(workingDays(5), at('2024-07-27T10:00:00Z'), calendarOf('DE'))).toEqual(at('2024-08-02T10:00:00Z'))
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

describe('the clocks of the freezing country', () => {
  test('show the same time at the end, though they were changed in between', () => {
    // Friday 13:00 in London is 12:00 in Greenwich, Monday 28 October 13:00 is 13:00.
    expect(endOf(workingDays(1), at('2024-10-25T12:00:00Z'), calendarOf('GB'))).toEqual(at('2024-10-28T13:00:00Z'))
    // What begins half an hour before midnight ends before midnight of its last day, not half an hour after it.
    expect(endOf(workingDays(1), at('2024-03-29T22:30:00Z'), { timeZone: 'Europe/Berlin', weekend: [6, 7] })).toEqual(
      at('2024-04-01T21:30:00Z'),
    )
    // And half an hour after midnight it does not fall back on the Sunday.
    expect(endOf(workingDays(1), at('2024-10-24T22:30:00Z'), { timeZone: 'Europe/Berlin', weekend: [5, 6, 7] })).toEqual(
      at('2024-10-27T23:30:00Z'),
    )
  })

  const berlinEveryDay = { timeZone: 'Europe/Berlin', weekend: [] }

  test('skip an hour: what would end in it ends an hour later', () => {
    // 02:30 on Saturday 30 March; on Sunday 31 March 02:00 is followed by 03:00, so it is 03:30.
    expect(endOf(workingDays(1), at('2024-03-30T01:30:00Z'), berlinEveryDay)).toEqual(at('2024-03-31T01:30:00Z'))
  })

  test('show an hour twice: what would end in it ends the first time', () => {
    // 02:30 on Saturday 26 October; on the Sunday it is 02:30 at 00:30 and at 01:30 in Greenwich.
    expect(endOf(workingDays(1), at('2024-10-26T00:30:00Z'), berlinEveryDay)).toEqual(at('2024-10-27T00:30:00Z'))
  })

  test('are half an hour off in India and behind in Brazil', () => {
    // Monday 00:15 in India is Sunday 18:45 in Greenwich, so Tuesday is the first day. Sunday 23:15 in Brazil is Monday 02:15.
    expect(endOf(workingDays(1), at('2024-07-28T18:45:00Z'), calendarOf('IN'))).toEqual(at('2024-07-29T18:45:00Z'))
    expect(endOf(workingDays(1), at('2024-07-29T02:15:00Z'), calendarOf('BR'))).toEqual(at('2024-07-30T02:15:00Z'))
  })
})

describe('in every country and zone', () => {
  const egypt = { ...calendarOf('EG'), timeZone: 'Africa/Cairo' }
  const newYork = { ...calendarOf('US'), timeZone: 'America/New_York' }
  const anyCalendar = fc.constantFrom<Calendar>(...[...memberCountries].map(calendarOf), calendarOf('TL'), egypt, newYork)
  const anyInstant = fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z'), noInvalidDate: true })
  const anyPeriod = fc.integer({ min: 1, max: 30 }).map(workingDays)
  /** The day on the wall, found in another way than the code does. */
  const dayOf = (instant: Date, { timeZone }: Calendar) => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(instant)
  const weekdayOf = (day: string) => at(`${day}T12:00:00Z`).getUTCDay() || 7
  const datesBetween = (from: Date, count: number) =>
    fc.array(
      fc.integer({ min: 1, max: count }).map(days => new Date(from.getTime() + days * 24 * hourMs).toISOString().slice(0, 10)),
      { maxLength: 8 },
    )
  const runs = { seed: 20240725, numRuns: 1000 }

  test('a period of working days ends on a working day and has exactly as many', () => {
    fc.assert(
      fc.property(anyCalendar, anyPeriod, anyInstant, (calendar, period, from) => {
        const isWorked = (day: string) =>
          !calendar.weekend.includes(weekdayOf(day)) && !publicHolidaysOf(calendar.holidaysOf ?? '', Number(day.slice(0, 4))).has(day)
        const last = dayOf(endOf(period, from, calendar), calendar)
        expect(isWorked(last), last).toBe(true)
        let worked = 0
        for (let noon = Date.parse(`${dayOf(from, calendar)}T12:00:00Z`) + 24 * hourMs; ; noon += 24 * hourMs) {
          const day = new Date(noon).toISOString().slice(0, 10)
          if (day > last) break
          if (isWorked(day)) worked++
        }
        expect(worked).toBe(period.length)
      }),
      runs,
    )
  })

  test('a later beginning never has an earlier last day', () => {
    fc.assert(
      fc.property(anyCalendar, anyPeriod, anyInstant, fc.integer({ min: 1, max: 240 * hourMs }), (calendar, period, from, laterMs) => {
        const later = new Date(from.getTime() + laterMs)
        expect(dayOf(endOf(period, later, calendar), calendar) >= dayOf(endOf(period, from, calendar), calendar)).toBe(true)
      }),
      runs,
    )
  })

  test('one more holiday never makes it earlier, one more day worked never later', () => {
    const cases = fc
      .record({ calendar: anyCalendar, period: anyPeriod, from: anyInstant })
      .chain(known => fc.record({ known: fc.constant(known), dates: datesBetween(known.from, 60), extra: datesBetween(known.from, 60) }))
    fc.assert(
      fc.property(cases, ({ known: { calendar, period, from }, dates, extra }) => {
        const before = endOf(period, from, { ...calendar, holidays: dates })
        expect(endOf(period, from, { ...calendar, holidays: [...dates, ...extra] }) >= before).toBe(true)
        expect(endOf(period, from, { ...calendar, holidays: dates, workedDays: extra }) <= before).toBe(true)
      }),
      runs,
    )
  })
})

test('hours and calendar days run through weekends', () => {
  const friday = at('2024-07-26T10:00:00Z')
  expect(endOf({ length: 72, unit: 'hours' }, friday, calendarOf('GB'))).toEqual(at('2024-07-29T10:00:00Z'))
  expect(endOf({ length: 7, unit: 'calendarDays' }, friday, calendarOf('GB'))).toEqual(at('2024-08-02T10:00:00Z'))
})
