import { groupDigits } from '@holdfast/schemas'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { minorDigitsOf } from './currencies.ts'
import { fromMinor, moneySchema, positiveMoneySchema, toMinor } from './money.ts'

const taken = (value: unknown, currency: unknown = 'USD') => moneySchema.safeParse({ currency, value }).success

describe('an amount', () => {
  test.each(['0', '1', '0.00', '42300000.00', '0.00001', '999999999999999999', '9999999999999.99999'])('%s is accepted', value => {
    expect(taken(value)).toBe(true)
  })

  test.each([
    ['a number, which loses cents', 42300000],
    ['a sign', '-1'],
    ['a plus', '+1'],
    ['a leading zero', '01'],
    ['no digit before the point', '.5'],
    ['no digit after the point', '5.'],
    ['a comma', '1,50'],
    ['a thousands separator', '1 000'],
    ['an exponent', '1e6'],
    ['six decimals', '1.000001'],
    ['nineteen digits', '9999999999999999999'],
    ['nineteen digits with decimals', '99999999999999999.99'],
    ['a line break after it', '1\n'],
    ['digits of another script', '١٢٣'],
    ['nothing', ''],
    ['not a number', 'NaN'],
  ])('is refused for %s', (_, value) => {
    expect(taken(value)).toBe(false)
  })

  test.each(['usd', 'US', 'USDT', '', 840])('in %s is refused', currency => {
    expect(taken('1.00', currency)).toBe(false)
  })

  test('of zero is refused where money is required', () => {
    expect(positiveMoneySchema.safeParse({ currency: 'USD', value: '0.00' }).success).toBe(false)
    expect(positiveMoneySchema.safeParse({ currency: 'USD', value: '0.01' }).success).toBe(true)
  })
})

describe('minor units', () => {
  test.each([
    ['USD', '42300000.00', 4_230_000_000n],
    ['USD', '0.1', 10n],
    ['JPY', '1250000', 1_250_000n],
    ['JPY', '1250000.00', 1_250_000n],
    ['KWD', '1.005', 1005n],
    ['CLF', '1.0001', 10_001n],
    ['USD', '9999999999999999.99', 999_999_999_999_999_999n],
  ])('of %s %s are exact', (currency, value, minor) => {
    expect(toMinor({ currency, value })).toBe(minor)
  })

  test('of an unknown currency, or of more decimals than the currency has, are undefined', () => {
    expect(toMinor({ currency: 'XXX', value: '1' })).toBeUndefined()
    expect(toMinor({ currency: 'JPY', value: '1.5' })).toBeUndefined()
    expect(toMinor({ currency: 'USD', value: '1.005' })).toBeUndefined()
    expect(() => fromMinor('XXX', 1n)).toThrow('not in ISO 4217')
    expect(() => fromMinor('USD', -1n)).toThrow('never negative')
  })

  test('go to decimals and back without loss, in currencies of every size', () => {
    fc.assert(
      fc.property(fc.constantFrom('JPY', 'USD', 'KWD', 'CLF'), fc.bigInt({ min: 0n, max: 10n ** 18n - 1n }), (currency, minor) => {
        const money = fromMinor(currency, minor)
        expect(toMinor(money)).toBe(minor)
        expect(moneySchema.safeParse(money).success).toBe(true)
        expect(money.value.split('.')[1]?.length ?? 0).toBe(minorDigitsOf(currency))
      }),
      { seed: 20240723 },
    )
  })
})

test('the digits of an amount are grouped by thousands, like Intl does', () => {
  const numbers = fc.bigInt({ min: 0n, max: 10n ** 30n })
  fc.assert(
    fc.property(numbers, number => {
      expect(groupDigits(number.toString())).toBe(number.toLocaleString('en'))
    }),
    { seed: 30 },
  )
  expect(groupDigits('')).toBe('')
})
