import { describe, expect, test } from 'vitest'
import { createHoldPolicy } from './hold-policy.ts'
import { loadProfiles } from './profiles.ts'

describe('without a profile file', () => {
  const profiles = loadProfiles()

  test('no country has every request looked at, or those above an amount', () => {
    expect(profiles.of('TL').review).toEqual({ always: false })
  })

  test('the kill chain’s USD 50,000 divides the priorities, and money is followed over nine hops', () => {
    expect(profiles.lowPriorityBelow).toEqual({ currency: 'USD', value: '50000.00' })
    expect(profiles.hopsMax).toBe(9)
  })

  test('a code that is no country has the defaults, whatever it is called', () => {
    for (const code of ['ZZ', '', '__proto__', 'constructor']) expect(profiles.of(code)).toEqual(profiles.of('TL'))
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
      GB: { review: { always: true } },
    },
    lowPriorityBelow: { currency: 'USD', value: '10000.00' },
    hopsMax: 4,
  })
  // A Thursday.
  const from = new Date('2024-07-25T09:00:00Z')

  test('a country’s own period replaces the default of that basis and no other', () => {
    const { defaultExpiry } = createHoldPolicy(profiles)
    expect(defaultExpiry('TL', 'POLICE_ORDER', from)).toEqual(new Date('2024-07-31T09:00:00Z'))
    expect(defaultExpiry('TL', 'VOLUNTARY', from)).toEqual(new Date('2024-07-28T09:00:00Z'))
    expect(defaultExpiry('PH', 'POLICE_ORDER', from)).toEqual(new Date('2024-08-24T09:00:00Z'))
  })

  test('review, priority and hops are as the file says', () => {
    expect(profiles.of('TL').review).toEqual({ always: false, threshold: { currency: 'USD', value: '1000000.00' } })
    expect(profiles.of('GB').review).toEqual({ always: true })
    expect(profiles.of('SG').review).toEqual({ always: false })
    expect(profiles.lowPriorityBelow.value).toBe('10000.00')
    expect(profiles.hopsMax).toBe(4)
  })
})

describe('a profile file that can not be used', () => {
  const problemsOf = (file: unknown) => {
    try {
      loadProfiles(file)
    } catch (error) {
      return (error as Error).message
    }
    return 'no problem'
  }

  test('is refused with every problem and where it is', () => {
    const message = problemsOf({
      countries: { TL: { calendar: { timeZone: 'Mars/Olympus', weekend: [8] }, reviews: {} } },
      hopsMax: 0,
    })
    expect(message).toContain('/countries/TL/calendar/timeZone')
    expect(message).toContain('/countries/TL/calendar/weekend/0')
    expect(message).toContain('/countries/TL/reviews')
    expect(message).toContain('/hopsMax')
  })

  test.each([
    ['a week without a working day', { countries: { TL: { calendar: { weekend: [1, 2, 3, 4, 5, 6, 7] } } } }],
    ['a hold of a hundred years', { countries: { TL: { holds: { COURT: { standard: { length: 36500, unit: 'calendarDays' } } } } } }],
    ['a basis that is not one', { countries: { TL: { holds: { HUNCH: {} } } } }],
    ['a country in lower case', { countries: { tl: {} } }],
    ['an amount as a number', { lowPriorityBelow: { currency: 'USD', value: 50000 } }],
    ['a list', []],
  ])('is refused: %s', (_, file) => {
    expect(problemsOf(file)).toContain('can not be used')
  })
})
