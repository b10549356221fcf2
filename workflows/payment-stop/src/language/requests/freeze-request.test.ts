import { parseWith } from '@holdfast/schemas'
import { requestArbitrary } from '@holdfast/test-kit/request-arbitrary'
import { buildRequest } from '@holdfast/test-kit/requests'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { freezeRequestSchema, requestedMoneyOf } from './freeze-request.ts'

const problemsOf = (document: unknown) => {
  const parsed = parseWith(freezeRequestSchema, document)
  return parsed.ok ? [] : parsed.error.map(problem => problem.path)
}

test('a complete request is accepted unchanged', () => {
  const parsed = parseWith(freezeRequestSchema, buildRequest())
  expect(parsed).toEqual({ ok: true, value: buildRequest() })
})

test('an accepted request is accepted again after a JSON round trip', () => {
  fc.assert(
    fc.property(requestArbitrary, request => {
      expect(parseWith(freezeRequestSchema, JSON.parse(JSON.stringify(request)))).toEqual({ ok: true, value: request })
    }),
    { seed: 20240723 },
  )
})

describe('an invalid request', () => {
  test('lists all its problems at once, each with its path', () => {
    const { reason: _, ...rest } = buildRequest()
    const document = {
      ...rest,
      requestingCountry: 'Singapore',
      reportedAt: '2024-07-23T10:20:00',
      contact: { ...rest.contact, email: 'unknown', phone: '65550100' },
      payment: { ...rest.payment, uetr: rest.payment.uetr?.toUpperCase(), intermediaries: [{ bic: 'MERLSGSG' }, { bic: 'short' }] },
    }
    expect(problemsOf(document).sort()).toEqual([
      '/contact/email',
      '/contact/phone',
      '/payment/intermediaries/1/bic',
      '/payment/uetr',
      '/reason',
      '/reportedAt',
      '/requestingCountry',
    ])
  })

  test('is refused for an unknown property on any level, each one named', () => {
    const request = buildRequest()
    const payment = { ...request.payment, colour: 'red', debtorAgent: { ...request.payment.debtorAgent, name: 'x' } }
    expect(problemsOf({ ...request, 'a/b': 1, payment }).sort()).toEqual(['/a~1b', '/payment/colour', '/payment/debtorAgent/name'])
  })

  test('is refused if an account has two numbers or none', () => {
    const withAccount = (account: unknown) => {
      const request = buildRequest()
      return problemsOf({ ...request, payment: { ...request.payment, creditor: { name: 'x', account } } })
    }
    expect(withAccount({ iban: 'TL790020123456789012345', other: '1' })).toEqual(['/payment/creditor/account'])
    expect(withAccount({})).toEqual(['/payment/creditor/account'])
    expect(withAccount({ other: '1' })).toEqual([])
  })

  test.each([
    ['null', null],
    ['a list', []],
    ['a text', 'please freeze'],
    ['nothing', undefined],
  ])('is refused if it is %s', (_, document) => {
    expect(problemsOf(document)).toEqual([''])
  })

  test('lists at most a hundred problems', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, index) => [`p${index}`, 1]))
    expect(problemsOf({ ...buildRequest(), ...many })).toHaveLength(100)
  })

  test.each([
    ['a reference of 36 characters', { caseReference: 'x'.repeat(36) }],
    ['an empty reference', { caseReference: '' }],
    ['a control character', { caseReference: 'a\u0007b' }],
    ['half a surrogate pair', { caseReference: 'a\ud83d' }],
    ['an unknown reason', { reason: 'FRAUD' }],
    ['a hop above nine', { parent: { requestId: '5b1c7b1e-4a53-4c58-9c39-6a1f5f1d2a10', hop: 10 } }],
  ])('is refused for %s', (_, overlay) => {
    expect(problemsOf({ ...buildRequest(), ...overlay })).toHaveLength(1)
  })
})

test('the whole payment is to be frozen, unless the request names less', () => {
  expect(requestedMoneyOf(buildRequest()).value).toBe('42300000.00')
  expect(requestedMoneyOf(buildRequest({ requestedAmount: { currency: 'USD', value: '5.00' } })).value).toBe('5.00')
})
