import {
  type Command,
  commandType,
  consequenceIdOf,
  type Fact,
  type FactBody,
  type FactOf,
  type FreezeRequest,
  formatActor,
  isFact,
  type Money,
  type OnwardPayment,
  toMinor,
  topics,
} from '@holdfast/schemas'
import type { DispatchState } from './dispatch-state.ts'
import type { Outbound } from './outbound.ts'

/** A report of money that moved onward, and that a child request is to follow. */
export type FollowedFact = FactOf<'MovedOnwardReported'> & {
  readonly data: { readonly child: NonNullable<FactBody<'MovedOnwardReported'>['child']>; readonly onward: OnwardPayment }
}

export const isFollowed = (fact: Fact): fact is FollowedFact =>
  isFact(fact, 'MovedOnwardReported') && fact.data.child !== undefined && fact.data.onward !== undefined

/**
 * The request that follows money to the next country (V26): the parent's case, law, victim and restrictions, about the account that the money went to. It asks
 * for no more than has moved on, whatever else went with the same payment (V19); where that was in another currency, the two can't be compared.
 */
export function childRequestOf(parent: FreezeRequest, { subject, time, data }: FollowedFact): FreezeRequest {
  const { requestedAmount: _ofTheParent, ...inherited } = parent
  const payment = {
    ...data.onward,
    amount: data.onward.amount ?? data.amount,
    debtor: parent.payment.creditor,
    debtorAgent: { bic: parent.payment.creditorAgent.bic },
  }
  return {
    ...inherited,
    beneficiaryCountry: data.country,
    reportedAt: time,
    payment,
    ...(isMore(payment.amount, data.amount) ? { requestedAmount: data.amount } : {}),
    recall: { initiated: false },
    parent: { requestId: subject, hop: data.child.hop },
  }
}

function isMore(paid: Money, moved: Money): boolean {
  const [paidMinor, movedMinor] = [toMinor(paid), toMinor(moved)]
  return paid.currency === moved.currency && paidMinor !== undefined && movedMinor !== undefined && paidMinor > movedMinor
}

const childrenActor = formatActor({ country: 'holdfast', role: 'dispatch', person: 'children' })

/** The command that opens the child. Made again it is the same, id and time included, and the ledger drops it. */
export function childCommandOf(parent: FreezeRequest, fact: FollowedFact, { snapshot }: DispatchState): Outbound {
  const { requestId } = fact.data.child
  const {
    ancestors,
    document: { place },
  } = snapshot.state.context
  const id = consequenceIdOf('command', requestId, fact.id)
  const command: Command = {
    specversion: '1.0',
    id,
    source: '/holdfast/dispatch',
    type: commandType('OpenRequest'),
    subject: requestId,
    time: fact.time,
    datacontenttype: 'application/json',
    causationid: fact.id,
    correlationid: fact.correlationid ?? fact.subject,
    actor: childrenActor,
    ...(fact.traceparent ? { traceparent: fact.traceparent } : {}),
    data: { request: childRequestOf(parent, fact), lineage: [...ancestors, place] },
  }
  return { topic: topics.commands, id, key: requestId, value: JSON.stringify(command) }
}
