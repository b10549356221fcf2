import { describe, expect, test } from 'vitest'
import { confirmsDestruction, destructionCauseOf, recordsDestruction, undeliveredOrderIn } from './common-kinds.ts'

const factOf = (kind: string, data: object = {}) => ({ type: `holdfast.fact.v1.${kind}`, data })

describe('the keys of a request are destroyed', () => {
  test.each([
    [factOf('ErasureOrdered'), 'ERASURE_ORDERED'],
    [factOf('DeadlineReached', { kind: 'retention' }), 'RETENTION_OVER'],
    [factOf('DeadlineReached', { kind: 'acknowledge' }), undefined],
    [factOf('DeadlineReached'), undefined],
    [factOf('HoldExpired', { kind: 'retention' }), undefined],
    [factOf('KeysDestroyed'), undefined],
    [{ type: 'ErasureOrdered', data: {} }, undefined],
  ])('because of %j: %s', (fact, cause) => {
    expect(destructionCauseOf(fact)).toBe(cause)
  })

  test('which one fact records, and another one confirms', () => {
    const kinds = ['KeysDestroyed', 'DestructionConfirmed', 'ErasureOrdered']
    expect(kinds.map(kind => recordsDestruction(factOf(kind)))).toEqual([true, false, false])
    expect(kinds.map(kind => confirmsDestruction(factOf(kind)))).toEqual([false, true, false])
  })
})

test('a fact names the order that could not be delivered', () => {
  expect(undeliveredOrderIn(factOf('OrderUndelivered', { orderId: 'order-1' }))).toBe('order-1')
  expect(undeliveredOrderIn(factOf('OrderSent', { orderId: 'order-1' }))).toBeUndefined()
})
