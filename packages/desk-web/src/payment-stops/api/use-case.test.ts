import type { PaymentStopTypes, PaymentStopView } from '@holdfast/payment-stop/language'
import type { CaseView } from '@holdfast/schemas'
import { expect, test } from 'vitest'
import { positionInCase } from './use-case.ts'

const requests = ['third', 'second', 'first'].map(requestId => ({ requestId }) as PaymentStopView)
const shown: CaseView<PaymentStopTypes> = { requestingCountry: 'SG', caseReference: 'SG-1', requests, sums: [] }

test('the request that was opened first is the first of its case', () => {
  expect(positionInCase(shown, 'first')).toEqual({ nth: 1, of: 3 })
  expect(positionInCase(shown, 'third')).toEqual({ nth: 3, of: 3 })
})

test('the position in a case with more requests than a page is unknown', () => {
  const { sums: _, ...some } = shown
  expect(positionInCase(some, 'first')).toBeUndefined()
})
