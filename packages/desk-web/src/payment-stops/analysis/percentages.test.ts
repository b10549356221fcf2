import { describe, expect, test } from 'vitest'
import { currencyOf, largestIn, percentagesOf } from './percentages.ts'
import { readAnalysisSearch } from './search.ts'
import { waitMs } from './use-analysis.ts'

const sums = (requested: string | null, currency = 'USD') => ({ currency, requested, frozen: '25.00', recovered: '0.00' })

describe('bars', () => {
  test('are proportional to the largest amount of the table, in one currency', () => {
    const rows = [{ sums: [sums('50.00'), sums('900', 'JPY')] }, { sums: [sums('100.00')] }, { sums: null }]
    const largest = largestIn(rows, 'USD')
    expect(largest).toBe(100)
    expect(percentagesOf(sums('50.00'), largest)).toEqual({ requested: 50, frozen: 25, recovered: 0 })
  })

  test('are absent for zero and for hidden amounts', () => {
    expect(largestIn([{ sums: null }], 'USD')).toBe(0)
    expect(percentagesOf(undefined, 0)).toEqual({ requested: 0, frozen: 0, recovered: 0 })
    expect(percentagesOf({ currency: 'USD', requested: null, frozen: null, recovered: null }, 100).requested).toBe(0)
  })
})

test('the currency is the selected one if it occurs, or else that of most requests', () => {
  const total = { sums: [sums('1.00', 'EUR'), sums('1.00')] }
  expect([currencyOf(total, 'USD').shown, currencyOf(total, 'CHF').shown, currencyOf({ sums: null }, 'USD').shown]).toEqual([
    'USD',
    'EUR',
    undefined,
  ])
})

test('an address contains the selection, without defaults and invalid values', () => {
  expect(readAnalysisSearch({ days: 7, currency: 'EUR', map: true })).toEqual({ days: 7, currency: 'EUR', map: true })
  expect(readAnalysisSearch({ days: '365' })).toEqual({ days: 365 })
  expect(readAnalysisSearch({ days: 30, currency: 'euro', map: 'x', other: 1 })).toEqual({})
})

test('it is fetched again at once after a pause, and otherwise no sooner than five seconds later', () => {
  expect([waitMs(60_000), waitMs(5_000), waitMs(1_500)]).toEqual([0, 0, 3_500])
})
