import {
  type Fact,
  type FactBody,
  type FactOf,
  type FreezeRequest,
  isFact,
  type Money,
  type OnwardPayment,
  toMinor,
} from '@holdfast/schemas'
import { commandBecauseOf, type OutboundRecord } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

/** A report of money that moved onward, with where to. */
export type OnwardReport = FactOf<'MovedOnwardReported'> & { readonly data: { readonly onward: OnwardPayment } }

/** A child request that its requester has agreed to. */
export interface AgreedChild {
  /** Why it opens: the report itself, where the requester's standing policy agreed to it, or the word of its officer. */
  readonly because: Fact
  readonly child: NonNullable<FactBody<'MovedOnwardReported'>['child']>
  readonly report: OnwardReport
  /** The document of the parent that the report was made on: the money left the account that it is about. */
  readonly parent: FreezeRequest
  /** The place of that account (V26). */
  readonly left: string
  /** As the latest document has it: whom the case is kept from may have changed. */
  readonly handling: FreezeRequest['handling']
}

/** What of a child stands in the fact by which it was agreed to. */
export type Agreement = Pick<AgreedChild, 'because' | 'child'> & {
  /** The sequence of the report; undefined where it is the fact itself. */
  readonly report: number | undefined
}

/** The child that a fact opens, if it opens one. A report alone does not: the requesting country has to agree. */
export function agreedChildIn(fact: Fact): Agreement | undefined {
  if (isFact(fact, 'OnwardFollowed')) return { because: fact, child: fact.data.child, report: fact.data.report }
  if (isFact(fact, 'MovedOnwardReported') && fact.data.child) return { because: fact, child: fact.data.child, report: undefined }
  return undefined
}

export const namesDestination = (fact: Fact): fact is OnwardReport => isFact(fact, 'MovedOnwardReported') && fact.data.onward !== undefined

/**
 * The request that follows money to the next country (V26): the parent's case, law, victim and restrictions, about the account that the money went to. It asks
 * for no more than has moved on, whatever else went with the same payment (V19); where that was in another currency, the two can't be compared.
 */
export function childRequestOf({
  parent,
  handling,
  child,
  report: { subject, time, data },
}: Omit<AgreedChild, 'because' | 'left'>): FreezeRequest {
  const { requestedAmount: _ofTheParent, ...inherited } = parent
  const payment = {
    ...data.onward,
    amount: data.onward.amount ?? data.amount,
    debtor: parent.payment.creditor,
    debtorAgent: { bic: parent.payment.creditorAgent.bic },
  }
  return {
    ...inherited,
    handling,
    beneficiaryCountry: data.country,
    reportedAt: time,
    payment,
    ...(isMore(payment.amount, data.amount) ? { requestedAmount: data.amount } : {}),
    recall: { initiated: false },
    parent: { requestId: subject, hop: child.hop },
  }
}

function isMore(paid: Money, moved: Money): boolean {
  const [paidMinor, movedMinor] = [toMinor(paid), toMinor(moved)]
  return paid.currency === moved.currency && paidMinor !== undefined && movedMinor !== undefined && paidMinor > movedMinor
}

/** The command that opens the child. Made again it is the same, id and time included, and the ledger drops it. */
export function childCommandOf(agreed: AgreedChild, { standing }: DispatchState): OutboundRecord {
  const { because, child, left } = agreed
  const data = { request: childRequestOf(agreed), lineage: [...standing.ancestors, left] }
  return commandBecauseOf(because, 'OpenRequest', data, { subject: child.requestId, time: because.time, person: 'children' })
}
