import { isReachable, memberCountries } from '@holdfast/countries'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freezeBasisSchema } from '../language/index.ts'
import { holdRulesSchema, holdsByCountry } from './holds.ts'
import { createPolicy, holdPolicy } from './policy.ts'
import { loadProfiles } from './profiles.ts'

const at = (instant: string) => new Date(instant)
// A Thursday.
const thursday = at('2024-07-25T09:00:00Z')

describe('the default end of a hold (V20)', () => {
  test('is after 72 hours for a voluntary hold of a bank', () => {
    expect(holdPolicy.defaultExpiry('TL', 'VOLUNTARY', thursday)).toEqual(at('2024-07-28T09:00:00Z'))
  })

  test('is after a week for another hold in a country without known periods', () => {
    for (const basis of ['FIU_SUSPENSION', 'POLICE_ORDER', 'PROSECUTOR', 'COURT'] as const)
      expect(holdPolicy.defaultExpiry('TL', basis, thursday)).toEqual(at('2024-08-01T09:00:00Z'))
  })

  test.each([
    // Seven working days: Fri 26, Mon 29 … Fri 2 August, Mon 5.
    ['GB', 'FIU_SUSPENSION', '2024-08-05T09:00:00Z'],
    ['GB', 'COURT', '2024-08-25T09:00:00Z'],
    // Five: Fri 26, Mon 29, Tue 30, Wed 31, and Fri 2 August, for Thursday 1 August is the national holiday.
    ['CH', 'FIU_SUSPENSION', '2024-08-02T09:00:00Z'],
    ['AE', 'FIU_SUSPENSION', '2024-08-05T09:00:00Z'],
    ['ZM', 'FIU_SUSPENSION', '2024-08-09T09:00:00Z'],
    ['TH', 'POLICE_ORDER', '2024-08-01T09:00:00Z'],
    ['PH', 'POLICE_ORDER', '2024-08-24T09:00:00Z'],
    ['SG', 'POLICE_ORDER', '2024-08-24T09:00:00Z'],
    ['MY', 'PROSECUTOR', '2025-07-25T09:00:00Z'],
    ['BR', 'VOLUNTARY', '2024-07-28T09:00:00Z'],
    ['IN', 'VOLUNTARY', '2024-07-27T09:00:00Z'],
    ['DE', 'FIU_SUSPENSION', '2024-08-01T09:00:00Z'],
  ] as const)('in %s on basis %s that is %s', (country, basis, end) => {
    expect(holdPolicy.defaultExpiry(country, basis, thursday)).toEqual(at(end))
  })
})

describe('the latest end of a hold', () => {
  test.each([
    ['TL', 'VOLUNTARY', '2024-08-01T09:00:00Z'],
    ['TL', 'COURT', '2025-01-21T09:00:00Z'],
    ['GB', 'VOLUNTARY', '2024-07-31T09:00:00Z'],
    ['GB', 'FIU_SUSPENSION', '2024-08-25T09:00:00Z'],
    ['DE', 'FIU_SUSPENSION', '2024-08-08T09:00:00Z'],
    ['PH', 'VOLUNTARY', '2024-08-24T09:00:00Z'],
    ['IN', 'VOLUNTARY', '2024-07-27T09:00:00Z'],
  ] as const)('in %s on basis %s is %s', (country, basis, end) => {
    expect(holdPolicy.latestExpiry(country, basis, thursday)).toEqual(at(end))
  })

  test('is never before the default end, and both are after its start', () => {
    const anyInstant = fc.date({ min: at('2020-01-01T00:00:00Z'), max: at('2040-01-01T00:00:00Z'), noInvalidDate: true })
    const anyBasis = fc.constantFrom(...freezeBasisSchema.options)
    fc.assert(
      fc.property(fc.constantFrom(...memberCountries, 'HK', 'ZZ'), anyBasis, anyInstant, (country, basis, from) => {
        const standard = holdPolicy.defaultExpiry(country, basis, from)
        const latest = holdPolicy.latestExpiry(country, basis, from)
        expect(standard > from).toBe(true)
        expect(latest >= standard).toBe(true)
      }),
      { seed: 20240725 },
    )
  })

  test('stays the limit if a country sets it below the default', () => {
    const { defaultExpiry, latestExpiry } = createPolicy(
      loadProfiles({
        countries: {
          TL: {
            holds: {
              VOLUNTARY: { standard: { length: 72, unit: 'hours' }, longest: { length: 1, unit: 'calendarDays' }, source: 'a test' },
            },
          },
        },
      }),
    )
    expect(latestExpiry('TL', 'VOLUNTARY', thursday)).toEqual(at('2024-07-26T09:00:00Z'))
    expect(defaultExpiry('TL', 'VOLUNTARY', thursday)).toEqual(at('2024-07-26T09:00:00Z'))
  })
})

describe('the table', () => {
  test('names reachable countries only, each rule with its source', () => {
    for (const [country, rules] of holdsByCountry) {
      expect(isReachable(country), country).toBe(true)
      expect(() => holdRulesSchema.parse(rules)).not.toThrow()
    }
  })

  test('has all 27 members of the European Union', () => {
    const suspending = [...holdsByCountry].filter(([, rules]) => rules.FIU_SUSPENSION?.source.includes('2024/1640'))
    expect(suspending).toHaveLength(27)
  })
})
