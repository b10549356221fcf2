import { expect, test } from 'vitest'
import { groupedOf } from './amount.tsx'
import { partsOf, stillFrozen } from './money-parts.ts'

const amounts = (currency: string, of: Record<'requested' | 'frozen' | 'recovered' | 'charges' | 'movedOnward' | 'released', string>) =>
  Object.fromEntries(Object.entries(of).map(([name, value]) => [name, { currency, value }])) as Parameters<typeof partsOf>[0]

test('the parts add up to the requested amount, to the cent', () => {
  const parts = partsOf(
    amounts('USD', {
      requested: '42300000.00',
      frozen: '41000000.00',
      recovered: '39000000.00',
      charges: '1800.01',
      movedOnward: '300000.00',
      released: '0.00',
    }),
  )
  expect(parts?.map(({ name, money }) => [name, money.value])).toEqual([
    ['recovered', '39000000.00'],
    ['charges', '1800.01'],
    ['frozen', '1998199.99'],
    ['movedOnward', '300000.00'],
    ['released', '0.00'],
    ['rest', '1000000.00'],
  ])
  expect(parts?.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 2)
})

test('currencies without decimals and with three keep theirs', () => {
  const of = (requested: string, none: string) => ({
    requested,
    frozen: requested,
    recovered: none,
    charges: none,
    movedOnward: none,
    released: none,
  })
  expect(stillFrozen(amounts('JPY', of('5000000', '0')))).toEqual({ currency: 'JPY', value: '5000000' })
  expect(stillFrozen(amounts('KWD', of('10.005', '0.000')))).toEqual({ currency: 'KWD', value: '10.005' })
})

test('money that was released and frozen again leaves no negative rest', () => {
  const parts = partsOf(
    amounts('USD', { requested: '100.00', frozen: '100.00', recovered: '0.00', charges: '0.00', movedOnward: '0.00', released: '100.00' }),
  )
  expect(parts?.map(({ share }) => share)).toEqual([0, 0, 0.5, 0, 0.5, 0])
})

test('an amount beyond the precision of a number stays exact', () => {
  const parts = partsOf(
    amounts('USD', {
      requested: '9999999999999999.99',
      frozen: '9999999999999999.98',
      recovered: '0.00',
      charges: '0.00',
      movedOnward: '0.00',
      released: '0.00',
    }),
  )
  expect(parts?.at(-1)?.money.value).toBe('0.01')
})

test('a request with an unusable currency has no picture', () => {
  const none = {
    requested: undefined,
    frozen: undefined,
    recovered: undefined,
    charges: undefined,
    movedOnward: undefined,
    released: undefined,
  }
  expect(partsOf(none)).toBeUndefined()
})

test.each([
  ['0', '0'],
  ['999.5', '999.5'],
  ['1234567.50', '1,234,567.50'],
  ['1000.123', '1,000.123'],
  ['9999999999999999.99', '9,999,999,999,999,999.99'],
])('%s is grouped as %s', (value, grouped) => {
  expect(groupedOf(value)).toBe(grouped)
})
