import { isReachable, memberCountries } from '@holdfast/countries'
import { accepted, refused } from '@holdfast/schemas'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FreezeBasis, freezeBasisSchema } from '../language/index.ts'
import { extensionRulesSchema, extensionsByCountry } from './extensions.ts'
import { createPolicy, holdPolicy } from './policy.ts'
import { loadProfiles } from './profiles.ts'

const at = (day: string) => new Date(`${day}T09:00:00Z`)
const held = (basis: FreezeBasis, from: string, extendedTimes: number, expiresAt: string) => ({
  basis,
  from: at(from),
  extendedTimes,
  expiresAt: at(expiresAt),
})
const { latestExtension } = holdPolicy

describe('in the United Kingdom the Crown Court extends (V21)', () => {
  const from = '2024-01-01'

  test('by 31 days at a time', () => {
    expect(latestExtension('GB', held('FIU_SUSPENSION', from, 0, '2024-02-01'), 'COURT')).toEqual(accepted(at('2024-03-03')))
    expect(latestExtension('GB', held('COURT', from, 1, '2024-03-03'), 'COURT')).toEqual(accepted(at('2024-04-03')))
  })

  test('to six months in total: 186 days from the start, even in short steps', () => {
    // 186 days after 1 January 2024 is 5 July.
    expect(latestExtension('GB', held('COURT', from, 4, '2024-06-04'), 'COURT')).toEqual(accepted(at('2024-07-05')))
    expect(latestExtension('GB', held('COURT', from, 9, '2024-06-20'), 'COURT')).toEqual(accepted(at('2024-07-05')))
    expect(latestExtension('GB', held('COURT', from, 5, '2024-07-05'), 'COURT')).toEqual(refused('total'))
    expect(latestExtension('GB', held('COURT', from, 5, '2024-07-06'), 'COURT')).toEqual(refused('total'))
  })

  test('but not a voluntary hold of a bank', () => {
    expect(latestExtension('GB', held('VOLUNTARY', from, 0, '2024-01-04'), 'COURT')).toEqual(refused('basis'))
  })

  test('and no other authority does, neither the suspending FIU nor a prosecutor', () => {
    for (const by of freezeBasisSchema.exclude(['COURT']).options)
      expect(latestExtension('GB', held('FIU_SUSPENSION', from, 0, '2024-02-01'), by), by).toEqual(refused('order'))
  })
})

describe('in Singapore a restriction order is extended', () => {
  test('by 30 days, five times and no more', () => {
    const ends = ['2024-01-31']
    for (let times = 0; times < 10; times++) {
      const next = latestExtension('SG', held('POLICE_ORDER', '2024-01-01', times, ends.at(-1) ?? ''), 'POLICE_ORDER')
      if (!next.ok) break
      ends.push(next.value.toISOString().slice(0, 10))
    }
    expect(ends).toEqual(['2024-01-31', '2024-03-01', '2024-03-31', '2024-04-30', '2024-05-30', '2024-06-29'])
  })
})

describe('in the Philippines a court extends', () => {
  test.each(['VOLUNTARY', 'FIU_SUSPENSION', 'POLICE_ORDER', 'PROSECUTOR'] as const)('a hold on basis %s', basis => {
    // To 180 days after 1 January 2024.
    expect(latestExtension('PH', held(basis, '2024-01-01', 0, '2024-01-31'), 'COURT')).toEqual(accepted(at('2024-06-29')))
    expect(latestExtension('PH', held(basis, '2024-01-01', 1, '2024-06-29'), 'COURT')).toEqual(refused('total'))
  })
})

test.each(['CH', 'AE', 'ZM', 'TH', 'MY', 'BR', 'IN', 'DE', 'TL', 'ZZ'])('in %s no hold can be extended', country => {
  for (const basis of freezeBasisSchema.options)
    for (const by of freezeBasisSchema.options)
      expect(latestExtension(country, held(basis, '2024-01-01', 0, '2024-01-05'), by), `${basis} by ${by}`).toEqual(refused('basis'))
})

test('a profile file can allow an extension in working days, and forbid one', () => {
  const policy = createPolicy(
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
  expect(policy.latestExtension('TL', held('PROSECUTOR', '2024-05-10', 0, '2024-05-17'), 'COURT')).toEqual(accepted(at('2024-05-22')))
  expect(policy.latestExtension('TL', held('PROSECUTOR', '2024-05-10', 1, '2024-05-22'), 'COURT')).toEqual(refused('times'))
  expect(policy.latestExtension('SG', held('POLICE_ORDER', '2024-05-10', 0, '2024-06-09'), 'COURT')).toEqual(refused('times'))
  expect(policy.latestExtension('GB', held('COURT', '2024-05-10', 0, '2024-06-10'), 'COURT')).toEqual(accepted(at('2024-07-11')))
})

test('extensions are limited, and each has a later end', () => {
  const anyInstant = fc.date({ min: at('2020-01-01'), max: at('2040-01-01'), noInvalidDate: true })
  const anyCountry = fc.oneof(fc.constantFrom(...extensionsByCountry.keys()), fc.constantFrom(...memberCountries))
  const anyBasis = fc.constantFrom(...freezeBasisSchema.options)
  let extensions = 0
  fc.assert(
    fc.property(anyCountry, anyBasis, anyBasis, anyInstant, (country, basis, by, from) => {
      let expiresAt = holdPolicy.defaultExpiry(country, basis, from)
      let extendedTimes = 0
      for (; extendedTimes < 50; extendedTimes++) {
        const next = latestExtension(country, { basis, from, extendedTimes, expiresAt }, by)
        if (!next.ok) break
        expect(next.value > expiresAt).toBe(true)
        expiresAt = next.value
      }
      expect(extendedTimes).toBeLessThan(10)
      extensions += extendedTimes
    }),
    { seed: 20240725, numRuns: 1000 },
  )
  expect(extensions).toBeGreaterThan(100)
})

describe('the table of extensions', () => {
  test('names reachable countries only, each rule with its source', () => {
    for (const [country, rules] of extensionsByCountry) {
      expect(isReachable(country), country).toBe(true)
      expect(() => extensionRulesSchema.parse(rules)).not.toThrow()
    }
  })

  test('accepts no rule without a limit', () => {
    const rule = { step: { length: 30, unit: 'calendarDays' }, by: 'COURT', source: 'a law' }
    expect(extensionRulesSchema.safeParse({ COURT: rule }).success).toBe(false)
    expect(extensionRulesSchema.safeParse({ COURT: { ...rule, timesMax: 1 } }).success).toBe(true)
  })
})
