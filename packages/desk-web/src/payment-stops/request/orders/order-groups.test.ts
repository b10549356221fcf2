import type { BankMessageView, OrderView } from '@holdfast/payment-stop/language'
import { expect, test } from 'vitest'
import type { AnyFact } from '../../facts/any-fact.ts'
import { orderGroups } from './order-groups.ts'

const fact = (sequence: number, kind: string, actor: string, data: object = {}): AnyFact =>
  ({
    id: `fact-${sequence}`,
    type: `holdfast.fact.v1.${kind}`,
    sequence,
    actor,
    time: `2024-07-23T02:0${sequence}:00.000Z`,
    data,
  }) as AnyFact
const order = (orderId: string, kind: OrderView['kind']): OrderView =>
  ({
    orderId,
    kind,
    at: '2024-07-23T02:02:00.000Z',
    deliveries: [{ kind: 'planned', at: '2024-07-23T02:02:01.000Z' }],
  }) as unknown as OrderView

const facts = [
  fact(1, 'RequestOpened', 'SG/system/ncb'),
  fact(2, 'RequestVerified', 'holdfast/validation/rules'),
  fact(3, 'OrderAcknowledged', 'TL/institution/bank', { orderId: 'o2' }),
  fact(4, 'FreezeReported', 'TL/institution/bank'),
  fact(5, 'ActionProposed', 'SG/officer/a.tan'),
  fact(6, 'RequestWithdrawn', 'SG/officer/b.lim'),
  fact(7, 'OrderUndelivered', 'holdfast/dispatch/deliveries', { orderId: 'o6', order: 'release' }),
]
const causes = new Map(facts.map(({ sequence }) => [`o${sequence}`, sequence]))

test('the country of the institution sees each order with its delivery and answers', () => {
  const groups = orderGroups(facts, [order('o2', 'freeze'), order('o6', 'release')], causes)
  expect(groups.map(({ orderId, kind, cause }) => [orderId, kind, cause])).toEqual([
    ['o2', 'freeze', 2],
    ['o6', 'release', 6],
  ])
  expect(groups.map(({ acknowledged, undelivered }) => [acknowledged?.sequence, undelivered?.sequence])).toEqual([
    [3, undefined],
    [undefined, 7],
  ])
  expect(groups.map(({ answers }) => answers.map(({ sequence }) => sequence))).toEqual([[4], []])
  expect(groups[0]?.deliveries).toHaveLength(1)
})

test('the requesting country sees only orders that a fact mentions', () => {
  const groups = orderGroups(facts, undefined, causes)
  expect(groups.map(({ orderId, kind, deliveries }) => [orderId, kind, deliveries])).toEqual([
    ['o2', 'freeze', undefined],
    ['o6', 'release', undefined],
  ])
  expect(orderGroups(facts.slice(0, 6), undefined, causes).map(({ orderId }) => orderId)).toEqual(['o2'])
})

test('an earlier fact shows no later orders and answers', () => {
  const groups = orderGroups(facts.slice(0, 3), [order('o2', 'freeze'), order('o6', 'release')], causes)
  expect(groups.map(({ orderId, answers }) => [orderId, answers])).toEqual([['o2', []]])
})

test('an answer is shown with the order it names, even after a later order', () => {
  const named = facts.map(each => (each.sequence === 4 ? { ...each, sequence: 8, orderid: 'o2' } : each))
  const groups = orderGroups(named, [order('o2', 'freeze'), order('o6', 'release')], causes)
  expect(groups.map(({ answers }) => answers.map(({ sequence }) => sequence))).toEqual([[8], []])
})

test('a message is shown with each of its orders', () => {
  const message = { id: 'm1', parts: [{ orderId: 'o2' }] } as unknown as BankMessageView
  const groups = orderGroups(facts, [order('o2', 'freeze'), order('o6', 'release')], causes, [message])
  expect(groups.map(({ messages }) => messages.map(({ id }) => id))).toEqual([['m1'], []])
})

test('an answer of another role than an institution is ignored', () => {
  const byOfficer = facts.map(each => (each.sequence === 4 ? { ...each, actor: 'TL/officer/x' } : each))
  expect(orderGroups(byOfficer, undefined, causes)[0]?.answers).toEqual([])
})

test('an order is shown even while its causing fact is unknown', () => {
  expect(orderGroups(facts, [order('o2', 'freeze')], new Map()).map(({ orderId, cause }) => [orderId, cause])).toEqual([
    ['o2', undefined],
    ['o6', undefined],
  ])
})
