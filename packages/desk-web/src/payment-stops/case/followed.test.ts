import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { expect, test } from 'vitest'
import { followedOf } from './followed.ts'

const usd = (value: string) => ({ currency: 'USD', value })
const request = (requestId: string, more: Partial<PaymentStopView> = {}) =>
  ({ requestId, movedOnward: [], ...more }) as unknown as PaymentStopView
const moved = (value: string, childRequestId?: string) => ({
  country: 'AE',
  amount: usd(value),
  ...(childRequestId ? { childRequestId } : {}),
})

test('money that moved onward and is followed within the case counts once, over any number of hops', () => {
  const requests = [
    request('c', { parent: { requestId: 'b', hop: 2 } }),
    request('b', { parent: { requestId: 'a', hop: 1 }, movedOnward: [moved('40.00', 'c')] }),
    request('a', { movedOnward: [moved('60.00', 'b'), moved('10.00', 'of another country'), moved('5.00')] }),
  ]
  expect(followedOf(requests)).toEqual([{ amount: usd('60.00'), requests: 1 }])
})

test('amounts are added to the cent, and absent without onward requests', () => {
  const requests = [
    request('a', { movedOnward: [moved('0.10', 'b'), moved('0.20', 'c')] }),
    request('b', { parent: { requestId: 'a', hop: 1 } }),
    request('c', { parent: { requestId: 'a', hop: 1 } }),
  ]
  expect(followedOf(requests)).toEqual([{ amount: usd('0.30'), requests: 2 }])
  expect(followedOf([request('a', { movedOnward: [moved('1.00')] })])).toEqual([])
})
