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
import { commandBecauseOf, type Outbound } from '../outbound.ts'
import type { DispatchState } from '../state/dispatch-state.ts'

/** A report of money that moved onward, with its destination. */
export type OnwardReport = FactOf<'MovedOnwardReported'> & { readonly data: { readonly onward: OnwardPayment } }

/** A child request that the requesting country has approved. */
export interface AgreedChild {
  /**
   * The fact that opens the child: the report itself if the requester's standing policy approves it, or an officer's
   * approval.
   */
  readonly because: Fact
  readonly child: NonNullable<FactBody<'MovedOnwardReported'>['child']>
  readonly report: OnwardReport
  /** The parent's document at the time of the report. The money left the account in it. */
  readonly parent: FreezeRequest
  /** The identifier of that account (V26). */
  readonly left: string
  /** From the latest document, because the countries from which the case is withheld may have changed. */
  readonly handling: FreezeRequest['handling']
}

/** The part of a child that the approving fact contains. */
export type Agreement = Pick<AgreedChild, 'because' | 'child'> & {
  /** The sequence of the report; undefined if it is the fact itself. */
  readonly report: number | undefined
}

/** Returns the child that a fact opens, if any. A report alone opens none: the requesting country must approve. */
export function agreedChildIn(fact: Fact): Agreement | undefined {
  if (isFact(fact, 'OnwardFollowed')) return { because: fact, child: fact.data.child, report: fact.data.report }
  if (isFact(fact, 'MovedOnwardReported') && fact.data.child) return { because: fact, child: fact.data.child, report: undefined }
  return undefined
}

export const namesDestination = (fact: Fact): fact is OnwardReport => isFact(fact, 'MovedOnwardReported') && fact.data.onward !== undefined

/**
 * The request that follows money to the next country (V26): the parent's case, law, victim and restrictions, with the
 * account that received the money.
 *
 * It requests no more than what moved onward, even if the same payment carried other money (V19). Amounts in different
 * currencies cannot be compared.
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

/** The command that opens the child. A repeat is identical, including id and time, and the ledger drops it. */
export function childCommandOf(agreed: AgreedChild, { summary }: DispatchState): Outbound {
  const { because, child, left } = agreed
  const data = { request: childRequestOf(agreed), lineage: [...summary.ancestors, left] }
  return commandBecauseOf(because, 'OpenRequest', data, { subject: child.requestId, time: because.time, person: 'children' })
}
