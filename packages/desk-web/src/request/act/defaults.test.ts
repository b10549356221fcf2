import type { RequestView } from '@holdfast/schemas'
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
} as unknown as RequestView

test('an amount is in the currency of the request', () => {
  expect(defaultsOf('ReportFreeze', request, undefined)['/amount/currency']).toBe('USD')
})

test('what is followed is the first report that nothing follows, also one that was declined', () => {
  expect(defaultsOf('FollowOnward', request, undefined)['/report']).toBe('6')
  expect(defaultsOf('DeclineOnward', request, undefined)['/report']).toBe('8')
})

test('who corrects a document begins with the one that there is', () => {
  expect(defaultsOf('ProvideInformation', request, { caseReference: 'SG-1' })['/request']).toContain('"caseReference": "SG-1"')
  expect(defaultsOf('Reopen', request, { caseReference: 'SG-1' })).not.toHaveProperty('/request')
})
