import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { expect, test } from 'vitest'
import { trailOf } from './trail.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const request = (requestId: string, beneficiaryCountry: string, more: Partial<PaymentStopView> = {}): PaymentStopView =>
  ({ requestId, beneficiaryCountry, movedOnward: [], amounts: { requested: usd('100.00') }, ...more }) as PaymentStopView

test('an onward request is within its parent, over any number of countries', () => {
  const third = request('c', 'MY', { parent: { requestId: 'b', hop: 2 } })
  const second = request('b', 'AE', {
    parent: { requestId: 'a', hop: 1 },
    movedOnward: [{ country: 'MY', amount: usd('40.00'), childRequestId: 'c' }],
  })
  const first = request('a', 'TL', { movedOnward: [{ country: 'AE', amount: usd('60.00'), childRequestId: 'b' }] })
  const [tree, ...others] = trailOf([third, second, first])
  expect(others).toEqual([])
  expect(tree?.request.requestId).toBe('a')
  expect(tree?.onward[0]).toMatchObject({ country: 'AE', standing: 'followed', amount: usd('60.00') })
  expect(tree?.onward[0]?.child?.onward[0]?.child?.request.requestId).toBe('c')
})

test('money that no known request follows is an end of its own, with the reason', () => {
  const [tree] = trailOf([
    request('a', 'TL', {
      movedOnward: [
        { country: 'AE', amount: usd('10.00'), childRequestId: 'elsewhere' },
        { country: 'VU', amount: usd('20.00'), childless: 'NOT_A_MEMBER' as never },
        { country: 'MY', amount: usd('30.00'), report: 4, declined: true },
        { country: 'MY', amount: usd('40.00'), report: 5 },
      ],
    }),
  ])
  expect(tree?.onward.map(({ standing }) => standing)).toEqual(['unknown', 'childless', 'declined', 'waiting'])
})

test('a child that was sent by hand is within its parent, and one with an unknown parent starts a tree', () => {
  const trees = trailOf([
    request('b', 'AE', { parent: { requestId: 'a', hop: 1 } }),
    request('a', 'TL'),
    request('z', 'MY', { parent: { requestId: 'not here', hop: 1 } }),
  ])
  expect(trees.map(({ request: { requestId } }) => requestId)).toEqual(['a', 'z'])
  expect(trees[0]?.onward).toMatchObject([{ country: 'AE', standing: 'followed' }])
})
