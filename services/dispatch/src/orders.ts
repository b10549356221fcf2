import type { FoldedFact } from '@holdfast/folds'
import { moneyOf } from '@holdfast/lifecycle'
import { consequenceIdOf, type Fact, isFact, type Order, ordersTopic, orderType, type TopicSpec } from '@holdfast/schemas'
import { heldMinorOf, type OrderFrame, type OrderState } from './order-fold.ts'

/** Something to publish, with the id by which a receiver, and dispatch itself after a crash, can tell a repeat. */
export interface Outbound {
  readonly topic: TopicSpec
  readonly id: string
  readonly key: string
  readonly value: string
}

/** The order that a fact makes necessary: to freeze what was verified, to release what is held when the request is withdrawn. */
export function orderFor({ fact, before, state }: FoldedFact<OrderState>): Outbound | undefined {
  if (isFact(fact, 'RequestVerified') && state.frame)
    return outbound(fact, state.frame, { kind: 'freeze', reason: 'Verified request to stop a payment' })
  // The state before still has what the order says; with the end of the request it is forgotten.
  if (isFact(fact, 'RequestWithdrawn') && before?.frame && before.holds.length > 0) {
    const amount = moneyOf(before.frame.amount.currency, heldMinorOf(before))
    return outbound(fact, { ...before.frame, amount }, { kind: 'release', reason: 'The requesting country withdrew the request' })
  }
  return undefined
}

function outbound(fact: Fact, frame: OrderFrame, what: Pick<Order['data'], 'kind' | 'reason'>): Outbound {
  const id = consequenceIdOf('order', fact.subject, fact.id)
  const order: Order = {
    specversion: '1.0',
    id,
    source: '/holdfast/dispatch',
    type: orderType,
    subject: fact.subject,
    time: fact.time,
    datacontenttype: 'application/json',
    causationid: fact.id,
    ...(fact.correlationid ? { correlationid: fact.correlationid } : {}),
    ...(fact.traceparent ? { traceparent: fact.traceparent } : {}),
    data: { orderId: id, ...what, ...frame },
  }
  return { topic: ordersTopic(frame.country), id, key: fact.subject, value: JSON.stringify(order) }
}
