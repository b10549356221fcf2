import { freezeRequestSchema } from '@holdfast/payment-stop/language'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { requestArbitrary } from './request-arbitrary.ts'
import { buildRequest, buildRequests } from './requests.ts'

test('a request that is built has the shape of the schema', () => {
  expect(freezeRequestSchema.parse(buildRequest())).toEqual(buildRequest())
})

test('overrides reach any depth, undefined takes away, an account is replaced whole', () => {
  const request = buildRequest({ payment: { uetr: undefined, amount: { value: '5.00' }, creditor: { account: { other: '12345' } } } })
  expect(request.payment.uetr).toBeUndefined()
  expect('uetr' in request.payment).toBe(false)
  expect(request.payment.amount).toEqual({ currency: 'USD', value: '5.00' })
  expect(request.payment.creditor.account).toEqual({ other: '12345' })
  expect(freezeRequestSchema.safeParse(request).success).toBe(true)
})

test('what one test does to its request reaches no other', () => {
  buildRequest().payment.amount.value = '1.00'
  expect(buildRequest().payment.amount.value).toBe('42300000.00')
})

test('of a thousand requests no two are for one payment', () => {
  const requests = buildRequests(1000)
  expect(new Set(requests.map(request => request.payment.uetr)).size).toBe(1000)
  expect(new Set(requests.map(request => JSON.stringify(request.payment.creditor.account))).size).toBe(1000)
  expect(requests.every(request => freezeRequestSchema.safeParse(request).success)).toBe(true)
})

test('whatever the arbitrary makes has the shape of the schema', () => {
  fc.assert(
    fc.property(requestArbitrary, request => {
      expect(freezeRequestSchema.safeParse(request).error?.issues).toBeUndefined()
    }),
    { seed: 20240723 },
  )
})
