import { calendarOf, endOfDay, memberCountries, subBureaus } from '@holdfast/countries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { deadlineKindSchema, type TimerKind } from '../language/index.ts'
import { createPolicy, holdPolicy } from './policy.ts'
import { loadProfiles } from './profiles.ts'
import { defaultTimers, timerRulesSchema } from './timers.ts'

const at = (instant: string) => new Date(instant)
const kinds = Object.keys(defaultTimers) as TimerKind[]
/** Of a payment whose age does not matter. */
const due = (kind: TimerKind, country: string, from: string) => holdPolicy.dueAt(kind, country, at(from), from)

describe('the timers', () => {
  test('exist for every kind of deadline except those of holds, each with its source', () => {
    expect([...kinds, 'holdExpiry', 'holdWarning'].sort()).toEqual([...deadlineKindSchema.options].sort())
    expect(timerRulesSchema.parse(defaultTimers)).toEqual(defaultTimers)
  })

  test.each([
    ['acknowledge', '2024-07-23T02:50:00Z'],
    ['acknowledgeEscalation', '2024-07-23T03:20:00Z'],
    ['verifyHard', '2024-07-25T02:20:00Z'],
    ['execute', '2024-07-24T02:20:00Z'],
    ['executeHard', '2024-07-25T02:20:00Z'],
    ['informationReminder', '2024-07-24T02:20:00Z'],
    ['informationDecision', '2024-07-26T02:20:00Z'],
    // 8 in July, 31, 30, 31, 30, 31, and 19 in January.
    ['confirmedHoldReview', '2025-01-19T02:20:00Z'],
    // Five years, of which 2028 alone has a 29 February.
    ['retention', '2029-07-23T02:20:00Z'],
  ] as const)('%s, started on 23 July 2024 at 02:20, is due %s in Timor-Leste as in Singapore', (kind, wanted) => {
    expect(due(kind, 'TL', '2024-07-23T02:20:00Z')).toEqual(at(wanted))
    expect(due(kind, 'SG', '2024-07-23T02:20:00Z')).toEqual(at(wanted))
  })

  test('retention never exceeds five years (V30)', () => {
    fc.assert(
      fc.property(fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2090-01-01T00:00:00Z'), noInvalidDate: true }), from => {
        const fiveYears = new Date(from)
        fiveYears.setUTCFullYear(from.getUTCFullYear() + 5)
        expect(holdPolicy.dueAt('retention', 'TL', from, from.toISOString()) <= fiveYears).toBe(true)
      }),
      { seed: 20240725 },
    )
  })
})

describe('verifying', () => {
  const from = at('2024-07-23T02:20:00Z')
  test.each([
    ['fresh', '2024-07-23T02:00:00Z', '2024-07-23T06:20:00Z'],
    ['24 hours old', '2024-07-22T10:20:00+08:00', '2024-07-23T06:20:00Z'],
    ['a second older than that', '2024-07-22T02:19:59Z', '2024-07-23T14:20:00Z'],
    ['72 hours old', '2024-07-20T02:20:00Z', '2024-07-23T14:20:00Z'],
    ['a second older than those', '2024-07-20T02:19:59Z', '2024-07-24T02:20:00Z'],
    ['four days old', '2024-07-19T01:12:00Z', '2024-07-24T02:20:00Z'],
  ])('the request for a payment that is %s', (_, executedAt, wanted) => {
    expect(holdPolicy.dueAt('verify', 'TL', from, executedAt)).toEqual(at(wanted))
  })
})

describe('an interim answer is due at the end of the local day', () => {
  test.each([
    // 10:20 in Singapore; its midnight is 16:00 in Greenwich.
    ['SG', '2024-07-23T02:20:00Z', '2024-07-23T16:00:00Z'],
    // 00:30 of the 24th there already.
    ['SG', '2024-07-23T16:30:00Z', '2024-07-24T16:00:00Z'],
    // 23:20 of the 22nd in São Paulo, so less than an hour is left of it; at 22:59 there was more.
    ['BR', '2024-07-23T02:20:00Z', '2024-07-24T03:00:00Z'],
    ['BR', '2024-07-23T01:59:00Z', '2024-07-23T03:00:00Z'],
    // An hour is left exactly.
    ['BR', '2024-07-23T02:00:00Z', '2024-07-23T03:00:00Z'],
    ['BR', '2024-07-23T02:00:01Z', '2024-07-24T03:00:00Z'],
    // Half an hour off in India.
    ['IN', '2024-07-23T02:20:00Z', '2024-07-23T18:30:00Z'],
    ['TL', '2024-07-23T02:20:00Z', '2024-07-23T15:00:00Z'],
  ])('in %s what starts at %s is due %s', (country, from, wanted) => {
    expect(due('interimAnswer', country, from)).toEqual(at(wanted))
  })

  test('which has 23 or 25 hours in London when clocks change', () => {
    expect(due('interimAnswer', 'GB', '2024-03-31T00:00:00Z')).toEqual(at('2024-03-31T23:00:00Z'))
    expect(due('interimAnswer', 'GB', '2024-10-26T23:00:00Z')).toEqual(at('2024-10-28T00:00:00Z'))
  })

  test('which in Egypt ends at the skipped midnight, or at the second of two', () => {
    // Friday 26 April 2024: 00:00 is followed by 01:00, two hours behind until then.
    expect(due('interimAnswer', 'EG', '2024-04-25T12:00:00Z')).toEqual(at('2024-04-25T22:00:00Z'))
    // Thursday 31 October 2024 has its last hour twice, three hours ahead and then two.
    expect(due('interimAnswer', 'EG', '2024-10-31T12:00:00Z')).toEqual(at('2024-10-31T22:00:00Z'))
    expect(due('interimAnswer', 'EG', '2024-10-31T20:30:00Z')).toEqual(at('2024-10-31T22:00:00Z'))
  })

  test('which leaves between 1 and 25 hours in every country', () => {
    const anyCountry = fc.constantFrom(...memberCountries, ...subBureaus.keys())
    const anyInstant = fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2035-01-01T00:00:00Z'), noInvalidDate: true })
    const wallOf = (country: string) =>
      new Intl.DateTimeFormat('sv-SE', { timeZone: calendarOf(country).timeZone, timeStyle: 'medium', dateStyle: 'short' })
    fc.assert(
      fc.property(anyCountry, anyInstant, (country, from) => {
        const end = holdPolicy.dueAt('interimAnswer', country, from, from.toISOString())
        expect(end.getTime() - from.getTime()).toBeGreaterThanOrEqual(3_600_000)
        expect(end.getTime() - from.getTime()).toBeLessThan(26 * 3_600_000)
        const wall = wallOf(country)
        expect(wall.format(end).slice(0, 10) > wall.format(end.getTime() - 1).slice(0, 10), `${country} ${end.toISOString()}`).toBe(true)
      }),
      { seed: 20240725, numRuns: 1000 },
    )
  })

  test('or at the closing time of the desk', () => {
    const desk = { at: '17:00', minutesLeftMin: 120 }
    const singapore = calendarOf('SG')
    expect(endOfDay(desk, at('2024-07-23T02:20:00Z'), singapore)).toEqual(at('2024-07-23T09:00:00Z'))
    expect(endOfDay(desk, at('2024-07-23T07:01:00Z'), singapore)).toEqual(at('2024-07-24T09:00:00Z'))
    expect(endOfDay(desk, at('2024-07-23T12:00:00Z'), singapore)).toEqual(at('2024-07-24T09:00:00Z'))
    expect(endOfDay({ at: '17:00', minutesLeftMin: 0 }, at('2024-07-23T09:00:00Z'), singapore)).toEqual(at('2024-07-24T09:00:00Z'))
  })
})

describe('banking days are those of the freezing country', () => {
  test.each([
    // From Friday 2 August, 18:00 in Singapore. Friday 9 is National Day: Mon 5 to Thu 8 are 4, Mon 12 to Fri 16 are 9, Mon 19 the tenth.
    ['returnPayment', 'SG', '2024-08-02T10:00:00Z', '2024-08-19T10:00:00Z'],
    // Fifteen: Tue 20, Wed 21, Thu 22, Fri 23, and Mon 26.
    ['consentAnswer', 'SG', '2024-08-02T10:00:00Z', '2024-08-26T10:00:00Z'],
    // From Thursday 24 October in London, 11:00 and summer time. Fri 25 is 1, to Fri 1 November 6, Mon 4 to Thu 7 are 10; 11:00 is winter time.
    ['returnPayment', 'GB', '2024-10-24T10:00:00Z', '2024-11-07T11:00:00Z'],
    // From Monday 2 September in São Paulo. Saturday 7 is Independence Day and takes no working day: Tue 3 to Fri 6 are 4, to Fri 13 9, Mon 16.
    ['returnPayment', 'BR', '2024-09-02T15:00:00Z', '2024-09-16T15:00:00Z'],
    // From Thursday 28 November in Dubai. National Day takes Mon 2 and Tue 3: Fri 29, Wed 4 to Fri 6 are 4, to Fri 13 9, Mon 16.
    ['returnPayment', 'AE', '2024-11-28T08:00:00Z', '2024-12-16T08:00:00Z'],
  ] as const)('%s in %s, started %s, is due %s', (kind, country, from, wanted) => {
    expect(due(kind, country, from)).toEqual(at(wanted))
  })

  test('Saturday in Dili is still Friday evening in UTC', () => {
    // Saturday 00:30 there: the first of ten days is Monday 29, the tenth Friday 9 August.
    expect(due('returnPayment', 'TL', '2024-07-26T15:30:00Z')).toEqual(at('2024-08-08T15:30:00Z'))
  })
})

describe('warnings of the end of a hold', () => {
  const warned = (from: string, expiresAt: string) =>
    holdPolicy.warningsOf('TL', at(from), at(expiresAt)).map(instant => instant.toISOString().slice(0, 16))

  test('come at half time, a day and four hours before', () => {
    expect(warned('2024-07-25T09:00:00Z', '2024-08-01T09:00:00Z')).toEqual(['2024-07-28T21:00', '2024-07-31T09:00', '2024-08-01T05:00'])
  })

  test('are sorted by time if half time is late', () => {
    expect(warned('2024-07-25T09:00:00Z', '2024-07-26T21:00:00Z')).toEqual(['2024-07-25T21:00', '2024-07-26T03:00', '2024-07-26T17:00'])
  })

  test('come once if two are the same', () => {
    expect(warned('2024-07-25T09:00:00Z', '2024-07-27T09:00:00Z')).toEqual(['2024-07-26T09:00', '2024-07-27T05:00'])
    expect(warned('2024-07-25T09:00:00Z', '2024-07-25T17:00:00Z')).toEqual(['2024-07-25T13:00'])
  })

  test('do not come at its start or before', () => {
    expect(warned('2024-07-25T09:00:00Z', '2024-07-26T09:00:00Z')).toEqual(['2024-07-25T21:00', '2024-07-26T05:00'])
    expect(warned('2024-07-25T09:00:00Z', '2024-07-25T11:00:00Z')).toEqual(['2024-07-25T10:00'])
    expect(holdPolicy.warningsOf('TL', at('2024-07-25T09:00:00Z'), at('2024-07-25T09:00:00.001Z'))).toEqual([])
    expect(warned('2024-07-25T09:00:00Z', '2024-07-25T09:00:00Z')).toEqual([])
    expect(warned('2024-07-25T09:00:00Z', '2024-07-24T09:00:00Z')).toEqual([])
  })
})

describe('a profile file', () => {
  const source = 'an order of the minister'
  const policy = createPolicy(
    loadProfiles({
      countries: {
        TL: {
          timers: {
            acknowledge: { after: { length: 45, unit: 'minutes' }, source },
            verify: {
              afterByAge: {
                GREEN: { length: 1, unit: 'hours' },
                AMBER: { length: 2, unit: 'hours' },
                LATE: { length: 1, unit: 'workingDays' },
              },
              source,
            },
            interimAnswer: { endOfDay: { at: '17:00', minutesLeftMin: 30 }, source },
          },
          holdWarnings: { atHalfTime: false, hoursBefore: [2, 48], source },
        },
        SG: {
          timers: {
            interimAnswer: { after: { length: 6, unit: 'hours' }, source },
            returnPayment: { endOfDay: { at: '24:00', minutesLeftMin: 0 }, source },
            verify: { after: { length: 90, unit: 'minutes' }, source },
          },
        },
      },
    }),
  )
  // A Friday, 11:20 in Dili.
  const from = at('2024-07-26T02:20:00Z')
  const dueAt = (kind: TimerKind, country: string, executedAt = '2024-07-26T02:00:00Z') =>
    policy.dueAt(kind, country, from, executedAt).toISOString().slice(0, 16)

  test('sets single timers of a country', () => {
    expect(dueAt('acknowledge', 'TL')).toBe('2024-07-26T03:05')
    expect(dueAt('acknowledgeEscalation', 'TL')).toBe('2024-07-26T03:20')
    expect(dueAt('verify', 'TL')).toBe('2024-07-26T03:20')
    expect(dueAt('verify', 'TL', '2024-07-24T02:00:00Z')).toBe('2024-07-26T04:20')
    expect(dueAt('verify', 'TL', '2024-07-20T02:00:00Z')).toBe('2024-07-29T02:20')
    expect(dueAt('interimAnswer', 'TL')).toBe('2024-07-26T08:00')
  })

  test('can change the kind of any timer', () => {
    expect(dueAt('interimAnswer', 'SG')).toBe('2024-07-26T08:20')
    expect(dueAt('returnPayment', 'SG')).toBe('2024-07-26T16:00')
    expect(dueAt('verify', 'SG', '2024-07-20T02:00:00Z')).toBe('2024-07-26T03:50')
  })

  test('does not change timers of other countries', () => {
    for (const kind of kinds)
      expect(dueAt(kind, 'PH'), kind).toBe(holdPolicy.dueAt(kind, 'PH', from, '2024-07-26T02:00:00Z').toISOString().slice(0, 16))
  })

  test('sets the warnings of a hold’s end', () => {
    const warnings = (country: string) =>
      policy.warningsOf(country, from, at('2024-08-02T02:20:00Z')).map(w => w.toISOString().slice(0, 16))
    expect(warnings('TL')).toEqual(['2024-07-31T02:20', '2024-08-02T00:20'])
    expect(warnings('SG')).toEqual(['2024-07-29T14:20', '2024-08-01T02:20', '2024-08-01T22:20'])
  })
})
