import { freezeBasisSchema } from '@holdfast/schemas'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { extensionRulesSchema, extensionsByCountry } from './extensions.ts'
import { createHoldPolicy, holdPolicy } from './hold-policy.ts'
import { isReachable, memberCountries } from './members.ts'
import { loadProfiles } from './profiles.ts'

const at = (day: string) => new Date(`${day}T09:00:00Z`)
const { latestExtension } = holdPolicy

describe('in the United Kingdom the Crown Court extends', () => {
  const first = at('2024-01-01')

  test('by 31 days at a time', () => {
    expect(latestExtension('GB', 'FIU_SUSPENSION', first, 0, at('2024-02-01'))).toEqual(at('2024-03-03'))
    expect(latestExtension('GB', 'COURT', first, 1, at('2024-03-03'))).toEqual(at('2024-04-03'))
  })

  test('to six months in all: 186 days from the beginning, however short the steps were', () => {
    // 186 days after 1 January 2024 is 5 July.
    expect(latestExtension('GB', 'COURT', first, 4, at('2024-06-04'))).toEqual(at('2024-07-05'))
    expect(latestExtension('GB', 'COURT', first, 9, at('2024-06-20'))).toEqual(at('2024-07-05'))
    expect(latestExtension('GB', 'COURT', first, 5, at('2024-07-05'))).toBeUndefined()
    expect(latestExtension('GB', 'COURT', first, 5, at('2024-07-06'))).toBeUndefined()
  })

  test('but not what a bank holds of its own will', () => {
    expect(latestExtension('GB', 'VOLUNTARY', first, 0, at('2024-01-04'))).toBeUndefined()
  })
})

describe('in Singapore a restriction order is extended', () => {
  test('by 30 days, five times and no more', () => {
    const ends = [at('2024-01-31')]
    for (let times = 0; times < 10; times++) {
      const next = latestExtension('SG', 'POLICE_ORDER', at('2024-01-01'), times, ends.at(-1) ?? at('2024-01-31'))
      if (next === undefined) break
      ends.push(next)
    }
    expect(ends).toEqual(['2024-01-31', '2024-03-01', '2024-03-31', '2024-04-30', '2024-05-30', '2024-06-29'].map(at))
  })
})

describe('in the Philippines a court extends', () => {
  test.each(['VOLUNTARY', 'FIU_SUSPENSION', 'POLICE_ORDER', 'PROSECUTOR'] as const)('a hold on basis %s', basis => {
    // To 180 days after 1 January 2024.
    expect(latestExtension('PH', basis, at('2024-01-01'), 0, at('2024-01-31'))).toEqual(at('2024-06-29'))
    expect(latestExtension('PH', basis, at('2024-01-01'), 1, at('2024-06-29'))).toBeUndefined()
  })
})

test.each(['CH', 'AE', 'ZM', 'TH', 'MY', 'BR', 'IN', 'DE', 'TL', 'ZZ'])('in %s no hold is extended', country => {
  for (const basis of freezeBasisSchema.options)
    expect(latestExtension(country, basis, at('2024-01-01'), 0, at('2024-01-05')), basis).toBeUndefined()
})

test('a profile file can allow an extension in working days, and forbid one', () => {
  const policy = createHoldPolicy(
    loadProfiles({
      countries: {
        TL: {
          calendar: { timeZone: 'Asia/Dili', holidays: ['2024-05-20'] },
          extensions: { PROSECUTOR: { step: { length: 2, unit: 'workingDays' }, timesMax: 1, by: 'COURT', source: 'a new law' } },
        },
        SG: { extensions: { POLICE_ORDER: { step: { length: 1, unit: 'calendarDays' }, timesMax: 0, by: 'COURT', source: 'a new law' } } },
      },
    }),
  )
  // From a Friday; Monday is Timor-Leste's Restoration of Independence.
  expect(policy.latestExtension('TL', 'PROSECUTOR', at('2024-05-10'), 0, at('2024-05-17'))).toEqual(at('2024-05-22'))
  expect(policy.latestExtension('TL', 'PROSECUTOR', at('2024-05-10'), 1, at('2024-05-22'))).toBeUndefined()
  expect(policy.latestExtension('SG', 'POLICE_ORDER', at('2024-05-10'), 0, at('2024-06-09'))).toBeUndefined()
  expect(policy.latestExtension('GB', 'COURT', at('2024-05-10'), 0, at('2024-06-10'))).toEqual(at('2024-07-11'))
})

test('no hold is extended without end, and an extension always ends later', () => {
  const anyInstant = fc.date({ min: at('2020-01-01'), max: at('2040-01-01'), noInvalidDate: true })
  const anyCountry = fc.constantFrom(...memberCountries)
  fc.assert(
    fc.property(anyCountry, fc.constantFrom(...freezeBasisSchema.options), anyInstant, (country, basis, first) => {
      let end = holdPolicy.defaultExpiry(country, basis, first)
      let times = 0
      for (; times < 50; times++) {
        const next = latestExtension(country, basis, first, times, end)
        if (next === undefined) break
        expect(next > end).toBe(true)
        end = next
      }
      expect(times).toBeLessThan(10)
    }),
    { seed: 20240725, numRuns: 1000 },
  )
})

describe('the table of extensions', () => {
  test('names reachable countries only, each rule with its source', () => {
    for (const [country, rules] of extensionsByCountry) {
      expect(isReachable(country), country).toBe(true)
      expect(() => extensionRulesSchema.parse(rules)).not.toThrow()
    }
  })

  test('takes no rule without a limit', () => {
    const rule = { step: { length: 30, unit: 'calendarDays' }, by: 'COURT', source: 'a law' }
    expect(extensionRulesSchema.safeParse({ COURT: rule }).success).toBe(false)
    expect(extensionRulesSchema.safeParse({ COURT: { ...rule, timesMax: 1 } }).success).toBe(true)
  })
})
