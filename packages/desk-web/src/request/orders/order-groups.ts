import type { BankMessageView, Money, OrderDelivery, OrderKind, OrderView } from '@holdfast/schemas'
import type { AnyFact } from '../../facts/history-pages.ts'
import { kindOf } from '../../facts/kind-of.ts'

/** What an institution was told to do, and what came of it, as far as the reader's country is told. */
export interface OrderGroup {
  readonly orderId: string
  readonly kind: OrderKind | undefined
  /** The number of the fact that made it necessary. */
  readonly cause: number | undefined
  readonly at: string | undefined
  readonly amount: Money | undefined
  /** There for the country whose institution it is. */
  readonly order: OrderView | undefined
  /** How it was brought; undefined where this is not for the reader's country to know. */
  readonly deliveries: readonly OrderDelivery[] | undefined
  readonly undelivered: AnyFact | undefined
  readonly acknowledged: AnyFact | undefined
  /** To this order. What does not say to which one it is, as the word of an officer for a bank, stands with the one that was the latest when it came. */
  readonly answers: readonly AnyFact[]
  /** By which the institution answered it, for the country whose institution it is. */
  readonly messages: readonly BankMessageView[]
}

const orderIdIn = ({ data }: AnyFact): string | undefined => ('orderId' in data ? (data.orderId as string) : undefined)
const isOf = (kind: string) => (fact: AnyFact) => kindOf(fact) === kind

/** What an institution says of the money, or asks. */
const answerKinds: ReadonlySet<string> = new Set([
  'FreezeReported',
  'NoFundsReported',
  'NotFoundReported',
  'MovedOnwardReported',
  'InterimReported',
  'AnswerCorrected',
  'InformationRequested',
  'ReturnInitiated',
  'ReturnReported',
])
const isAnswer = (fact: AnyFact): boolean =>
  answerKinds.has(kindOf(fact)) && (fact.orderid !== undefined || /^[A-Z]{2}\/(institution|fiu)\//.test(fact.actor))

/**
 * The orders of a request, oldest first. `orders` are there for the country whose institutions they are; for the other one there is what facts tell: that it was ordered to
 * hold the money, that an order was acknowledged, and that one did not arrive. `causes` has the number of the fact that each id of an order would be of.
 */
export function orderGroups(
  facts: readonly AnyFact[],
  orders: readonly OrderView[] | undefined,
  causes: ReadonlyMap<string, number>,
  messages: readonly BankMessageView[] = [],
): readonly OrderGroup[] {
  const known = new Map(orders?.map(order => [order.orderId, order]))
  const verified = new Set(facts.filter(isOf('RequestVerified')).map(({ sequence }) => sequence))
  const ofVerified = [...causes].flatMap(([orderId, cause]) => (verified.has(cause) ? [orderId] : []))
  const told = facts
    .filter(fact => isOf('OrderAcknowledged')(fact) || isOf('OrderUndelivered')(fact))
    .flatMap(fact => orderIdIn(fact) ?? [])
  const bySequence = new Map(facts.map(fact => [fact.sequence, fact]))
  const groups = [...new Set([...known.keys(), ...ofVerified, ...told])]
    .map(orderId => ({ orderId, order: known.get(orderId), cause: causes.get(orderId) }))
    // Of a later fact than is looked at there is nothing yet.
    .filter(({ cause }) => cause === undefined || bySequence.has(cause))
    .sort((one, other) => (one.cause ?? Number.POSITIVE_INFINITY) - (other.cause ?? Number.POSITIVE_INFINITY))
  return groups.map(({ orderId, order, cause }, at) => {
    const about = facts.filter(fact => orderIdIn(fact) === orderId)
    const undelivered = about.find(isOf('OrderUndelivered'))
    const until = groups.slice(at + 1).find(group => group.cause !== undefined)?.cause ?? Number.POSITIVE_INFINITY
    return {
      orderId,
      order,
      cause,
      kind: order?.kind ?? kindToldBy(undelivered) ?? (cause !== undefined && verified.has(cause) ? 'freeze' : undefined),
      at: order?.at ?? (cause === undefined ? undefined : bySequence.get(cause)?.time),
      amount: order?.amount,
      deliveries: orders && (order?.deliveries ?? []),
      undelivered,
      acknowledged: about.find(isOf('OrderAcknowledged')),
      answers: facts.filter(
        fact =>
          isAnswer(fact) &&
          (fact.orderid === undefined ? cause !== undefined && fact.sequence > cause && fact.sequence < until : fact.orderid === orderId),
      ),
      messages: messages.filter(({ parts }) => parts.some(part => part.orderId === orderId)),
    }
  })
}

const kindToldBy = (undelivered: AnyFact | undefined): OrderKind | undefined =>
  undelivered && 'order' in undelivered.data ? (undelivered.data.order as OrderKind) : undefined
