import type { BankMessageView, Money, OrderDelivery, OrderKind, OrderView } from '@holdfast/payment-stop/language'
import { kindOf } from '../../../facts/kind-of.ts'
import { answerFacts } from '../../commands/facts-of-commands.ts'
import type { AnyFact } from '../../facts/any-fact.ts'

/** An order to an institution with its results, as far as the reader's country may see them. */
export interface OrderGroup {
  readonly orderId: string
  readonly kind: OrderKind | undefined
  /** The sequence of the causing fact. */
  readonly cause: number | undefined
  readonly at: string | undefined
  readonly amount: Money | undefined
  /** Set for the country of the institution. */
  readonly order: OrderView | undefined
  /** The delivery; undefined if the reader's country may not see it. */
  readonly deliveries: readonly OrderDelivery[] | undefined
  readonly undelivered: AnyFact | undefined
  readonly acknowledged: AnyFact | undefined
  /**
   * Answers to this order. An answer that names no order, such as one by an officer for a bank, belongs to the latest
   * order at its time.
   */
  readonly answers: readonly AnyFact[]
  /** Messages by which the institution answered, for its own country. */
  readonly messages: readonly BankMessageView[]
}

const orderIdIn = ({ data }: AnyFact): string | undefined => ('orderId' in data ? (data.orderId as string) : undefined)
const isOf = (kind: string) => (fact: AnyFact) => kindOf(fact) === kind

const isAnswer = (fact: AnyFact): boolean =>
  answerFacts.has(kindOf(fact)) &&
  !isOf('OrderAcknowledged')(fact) &&
  (fact.orderid !== undefined || /^[A-Z]{2}\/(institution|fiu)\//.test(fact.actor))

/**
 * The orders of a request, oldest first. `orders` is set for the country of the institutions. The other country sees
 * what facts mention: that a freeze was ordered, that an order was acknowledged, and that one did not arrive. `causes`
 * has the sequence of the causing fact by order id.
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
  const mentioned = facts
    .filter(fact => isOf('OrderAcknowledged')(fact) || isOf('OrderUndelivered')(fact))
    .flatMap(fact => orderIdIn(fact) ?? [])
  const bySequence = new Map(facts.map(fact => [fact.sequence, fact]))
  const groups = [...new Set([...known.keys(), ...ofVerified, ...mentioned])]
    .map(orderId => ({ orderId, order: known.get(orderId), cause: causes.get(orderId) }))
    // Nothing of later facts than the viewed one.
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
