import { childlessReasonSchema, deadlineKindSchema, type Fact, type FactKind, factKinds, factType } from '@holdfast/schemas'
import { describe, expect, test } from 'vitest'
import { alertOf } from './alert.ts'

const fact = (kind: FactKind, data: object = {}, actor = 'TL/institution/a.bank') =>
  ({ type: factType(kind), requestingcountry: 'SG', beneficiarycountry: 'TL', actor, data }) as unknown as Fact

const deadlines = deadlineKindSchema.options.map(kind => alertOf(fact(kind === 'holdExpiry' ? 'HoldExpired' : 'DeadlineReached', { kind })))
const childless = childlessReasonSchema.options.map(reason => alertOf(fact('MovedOnwardReported', { childless: reason })))

describe('what somebody has to look at', () => {
  test('is every deadline that passed, for one side at least', () => {
    for (const alert of deadlines) expect(Object.keys(alert).length).toBeGreaterThan(0)
  })

  test('is a last limit, for both', () => {
    for (const kind of ['verifyHard', 'executeHard', 'informationDecision'])
      expect(Object.keys(alertOf(fact('DeadlineReached', { kind })))).toEqual(['requester', 'beneficiary'])
  })

  test('is money that no request follows, for who asked; not money that one follows', () => {
    for (const alert of childless) expect(alert.requester).toBeDefined()
    expect(alertOf(fact('MovedOnwardReported', { child: { requestId: 'r', hop: 1 } }))).toEqual({})
  })

  test('is money that waits for the word of who asked: how much went where, and what to say, but to whom it went', () => {
    const onward = { creditor: { name: 'A mule', account: { other: '00990011' } }, creditorAgent: { bic: 'EXMPMYKL' } }
    const amount = { currency: 'USD', value: '9999999999999999.99' }
    const data = { amount, country: 'MY', onward, proposed: { requestId: 'r', hop: 1 }, note: 'free text' }
    const { requester = '', beneficiary } = alertOf({ ...fact('MovedOnwardReported', data), sequence: 1_000 })
    expect(requester).toMatch(
      /^USD 9999999999999999.99 moved onward to MY, .* officer .* FollowOnward with {"report":1000}, or DeclineOnward/,
    )
    expect(requester).not.toMatch(/mule|0099|EXMP|free text/)
    expect(requester.length).toBeLessThan(200)
    expect(beneficiary).toBeUndefined()
  })

  test("is an institution's answer that came too late, for both; not any other refusal", () => {
    expect(Object.keys(alertOf(fact('CommandRefused', { late: true })))).toEqual(['requester', 'beneficiary'])
    expect(alertOf(fact('CommandRefused'))).toEqual({})
  })

  test('is an order that did not reach its institution, for both', () => {
    expect(Object.keys(alertOf(fact('OrderUndelivered')))).toEqual(['requester', 'beneficiary'])
  })

  test('is a proposal, for the side that has to agree', () => {
    expect(alertOf(fact('ActionProposed', { command: 'Withdraw' }, 'SG/officer/a.tan'))).toEqual({
      requester: expect.stringMatching(/^Withdraw is proposed: .* second person/),
    })
    expect(Object.keys(alertOf(fact('ActionProposed', { command: 'Release' }, 'TL/authority/a.judge')))).toEqual(['beneficiary'])
  })

  test('is nothing else', () => {
    const others = factKinds.filter(kind => !['DeadlineReached', 'HoldExpired', 'ActionProposed', 'OrderUndelivered'].includes(kind))
    for (const kind of others) expect(alertOf(fact(kind, {}))).toEqual({})
  })
})

test('an alert names no person, no account and no period, and is one sentence that fits a notice', () => {
  const proposal = alertOf(fact('ActionProposed', { command: 'Withdraw', data: { reason: 'free text' } }, 'SG/officer/a.tan'))
  const late = alertOf(fact('CommandRefused', { late: true, data: { note: 'free text' } }))
  const undelivered = alertOf(fact('OrderUndelivered', { why: 'free text' }))
  for (const sentence of [...deadlines, ...childless, proposal, late, undelivered].flatMap(alert => Object.values(alert))) {
    expect(sentence).toMatch(/^[A-Z][^.\d/]{20,}$/)
    expect(sentence).not.toMatch(/free text|a\.tan/)
    expect(sentence.length).toBeLessThan(200)
  }
})
