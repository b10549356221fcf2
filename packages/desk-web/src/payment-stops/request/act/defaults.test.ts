import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { expect, test } from 'vitest'
import { defaultsOf } from './defaults.ts'

const usd = { currency: 'USD', value: '1.00' }
const request = {
  amounts: { requested: usd },
  movedOnward: [
    { country: 'AE', amount: usd, childRequestId: 'c' },
    { country: 'MY', amount: usd, report: 6, declined: true },
    { country: 'TH', amount: usd, report: 8 },
  ],
} as unknown as PaymentStopView

test('an amount is in the currency of the request', () => {
  expect(defaultsOf('ReportFreeze', request, undefined)['/amount/currency']).toBe('USD')
})

test('the default report to follow is the first unfollowed one, also if it was declined', () => {
  expect(defaultsOf('FollowOnward', request, undefined)['/report']).toBe('6')
  expect(defaultsOf('DeclineOnward', request, undefined)['/report']).toBe('8')
})

test('a correction starts with the current document', () => {
  expect(defaultsOf('ProvideInformation', request, { caseReference: 'SG-1' })['/request']).toContain('"caseReference": "SG-1"')
  expect(defaultsOf('Reopen', request, { caseReference: 'SG-1' })).not.toHaveProperty('/request')
})
