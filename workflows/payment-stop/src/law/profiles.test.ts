import { describe, expect, test } from 'vitest'
import { createPolicy } from './policy.ts'
import { loadProfiles } from './profiles.ts'

describe('without a profile file', () => {
  const profiles = loadProfiles()

  test('rules alone verify requests of any amount', () => {
    expect(profiles.of('TL').verification).toBe('automatic')
    expect(profiles.of('TL').review).toEqual({})
  })

  test('the priority threshold is the kill chain’s USD 50,000, and the hop limit is nine', () => {
    expect(profiles.lowPriorityBelow).toEqual({ currency: 'USD', value: '50000.00' })
    expect(profiles.hopsMax).toBe(9)
  })

  test('no country has a standing policy', () => {
    expect(createPolicy(profiles).standingPolicyFor('SG', 'USD')).toBeUndefined()
  })

  test('an unknown country code has the defaults', () => {
    const { calendar, ...defaults } = profiles.of('TL')
    for (const code of ['ZZ', '', '__proto__', 'constructor'])
      expect(profiles.of(code)).toEqual({ ...defaults, calendar: { ...calendar, timeZone: 'UTC' } })
  })
})

describe('with a profile file', () => {
  const profiles = loadProfiles({
    countries: {
      TL: {
        holds: {
          POLICE_ORDER: { standard: { length: 5, unit: 'workingDays' }, longest: { length: 20, unit: 'workingDays' }, source: 'a new law' },
        },
        calendar: { weekend: [7] },
        review: { threshold: { currency: 'USD', value: '1000000.00' } },
      },
      GB: { verification: 'fourEyes' },
      AE: { verification: 'oneOfficer' },
    },
    lowPriorityBelow: { currency: 'USD', value: '10000.00' },
    hopsMax: 4,
  })
  // A Thursday.
  const from = new Date('2024-07-25T09:00:00Z')

  test('a country’s own period replaces the default of that basis only', () => {
    const { defaultExpiry } = createPolicy(profiles)
    expect(defaultExpiry('TL', 'POLICE_ORDER', from)).toEqual(new Date('2024-07-31T09:00:00Z'))
    expect(defaultExpiry('TL', 'VOLUNTARY', from)).toEqual(new Date('2024-07-28T09:00:00Z'))
    expect(defaultExpiry('PH', 'POLICE_ORDER', from)).toEqual(new Date('2024-08-24T09:00:00Z'))
  })

  test('a calendar sets days off and working days in addition to known holidays', () => {
    const { defaultExpiry } = createPolicy(
      loadProfiles({
        countries: {
          // A day of mourning that the library does not know, and a working Saturday in exchange for the Monday after
          // Whit Sunday.
          CH: { calendar: { holidays: ['2024-05-22'], workedDays: ['2024-05-18', '2024-05-20'] } },
          DE: { calendar: { weekend: [7] } },
        },
      }),
    )
    // Friday 17 May: Sat 18, Mon 20, Tue 21, Thu 23, Fri 24.
    expect(defaultExpiry('CH', 'FIU_SUSPENSION', new Date('2024-05-17T09:00:00Z'))).toEqual(new Date('2024-05-24T09:00:00Z'))
    // Its weekend is the file's, its holidays stay: Sat 18, Tue 21, Wed 22, Thu 23, Fri 24.
    expect(defaultExpiry('DE', 'FIU_SUSPENSION', new Date('2024-05-17T09:00:00Z'))).toEqual(new Date('2024-05-24T09:00:00Z'))
    // Monday 20 is off, Friday 24 is not: Tue 21, Wed 22, Thu 23, Fri 24, Mon 27.
    expect(defaultExpiry('AT', 'FIU_SUSPENSION', new Date('2024-05-17T09:00:00Z'))).toEqual(new Date('2024-05-27T09:00:00Z'))
  })

  test('verification, review, priority and hops follow the file', () => {
    expect(profiles.of('TL').verification).toBe('automatic')
    expect(profiles.of('TL').review).toEqual({ threshold: { currency: 'USD', value: '1000000.00' } })
    expect(profiles.of('GB').verification).toBe('fourEyes')
    expect(profiles.of('AE').verification).toBe('oneOfficer')
    expect(profiles.of('SG').verification).toBe('automatic')
    expect(profiles.of('SG').review).toEqual({})
    expect(profiles.lowPriorityBelow.value).toBe('10000.00')
    expect(profiles.hopsMax).toBe(4)
    expect(createPolicy(profiles).hopsMax).toBe(4)
  })
})

describe('a standing policy for onward requests', () => {
  const usd = { currency: 'USD', value: '1000.00' }
  const yen = { currency: 'JPY', value: '150000' }
  const { standingPolicyFor } = createPolicy(
    loadProfiles({ countries: { SG: { followOnward: { minimums: [usd, yen], childrenMax: 3 } } } }),
  )

  test('has a minimum for each currency, and a cap for each request', () => {
    expect(standingPolicyFor('SG', 'USD')).toEqual({ minimum: usd, childrenMax: 3 })
    expect(standingPolicyFor('SG', 'JPY')).toEqual({ minimum: yen, childrenMax: 3 })
  })

  test('does not apply to other currencies or countries', () => {
    expect(standingPolicyFor('SG', 'EUR')).toBeUndefined()
    expect(standingPolicyFor('TL', 'USD')).toBeUndefined()
  })

  test.each([
    ['without a minimum', { minimums: [], childrenMax: 3 }],
    ['of any amount', { minimums: [{ currency: 'USD', value: '0.00' }], childrenMax: 3 }],
    ['with a minimum that can not be read', { minimums: [{ currency: 'JPY', value: '0.5' }], childrenMax: 3 }],
    ['in a currency that is none', { minimums: [{ currency: 'UDS', value: '1.00' }], childrenMax: 3 }],
    ['with two minimums for a currency', { minimums: [usd, { ...usd, value: '1.00' }], childrenMax: 3 }],
    ['without a cap', { minimums: [usd] }],
    ['with a cap that is none', { minimums: [usd], childrenMax: 1000 }],
  ])('%s is refused', (_what, followOnward) => {
    expect(() => loadProfiles({ countries: { SG: { followOnward } } })).toThrow('/countries/SG/followOnward')
  })
})

test('only members and sub-bureaus can receive requests', () => {
  const { isReachable } = createPolicy(loadProfiles())
  expect(['TL', 'SG', 'HK', 'ZZ', 'KP', 'GG'].filter(isReachable)).toEqual(['TL', 'SG', 'HK'])
})

describe('an invalid profile file', () => {
  const problemsOf = (file: unknown) => {
    try {
      loadProfiles(file)
    } catch (error) {
      return (error as Error).message
    }
    return 'no problem'
  }

  test('is refused with all its problems and their pointers', () => {
    const message = problemsOf({
      countries: { TL: { calendar: { timeZone: 'Mars/Olympus', weekend: [8] }, reviews: {} } },
      hopsMax: 0,
    })
    expect(message).toContain('/countries/TL/calendar/timeZone')
    expect(message).toContain('/countries/TL/calendar/weekend/0')
    expect(message).toContain('/countries/TL/reviews')
    expect(message).toContain('/hopsMax')
  })

  const week = { length: 7, unit: 'calendarDays' }

  test.each([
    ['a week without a working day', { countries: { TL: { calendar: { weekend: [1, 2, 3, 4, 5, 6, 7] } } } }],
    ['a hold of a hundred years', { countries: { TL: { holds: { COURT: { standard: { length: 36500, unit: 'calendarDays' } } } } } }],
    [
      'a deadline of two years in minutes',
      { countries: { TL: { timers: { execute: { after: { length: 1_000_000, unit: 'minutes' }, source: 'a law' } } } } },
    ],
    ['a holiday that is not a date', { countries: { TL: { calendar: { holidays: ['2024-02-30'] } } } }],
    ['a worked day without its year', { countries: { TL: { calendar: { workedDays: ['05-20'] } } } }],
    ['more days off than a year has', { countries: { TL: { calendar: { holidays: Array(401).fill('2024-05-20') } } } }],
    ['an extension without a limit', { countries: { TL: { extensions: { COURT: { step: week, by: 'COURT', source: 'a law' } } } } }],
    ['an unknown basis', { countries: { TL: { holds: { HUNCH: {} } } } }],
    ['a country in lower case', { countries: { tl: {} } }],
    ['an amount as a number', { lowPriorityBelow: { currency: 'USD', value: 50000 } }],
    ['a list', []],
  ])('is refused: %s', (_, file) => {
    expect(problemsOf(file)).toContain('can not be used')
  })
})
