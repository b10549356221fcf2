import type { OnwardRequests } from '@holdfast/core'
import type { LedgerFact } from '@holdfast/schemas'
import {
  destinationIn,
  documentOf,
  type Fact,
  type FactBody,
  type FactOf,
  type FreezeRequest,
  isFact,
  isKnownFact,
  type Money,
  type OnwardPayment,
  toMinor,
} from '../language/index.ts'
import type { RequestSummary } from '../lifecycle/request-summary.ts'

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

type AgreedStep = Parameters<OnwardRequests<RequestSummary>['commandFor']>[0]

/**
 * Throws if the report names no destination, which the ledger never approves.
 */
async function agreedChildOf(
  { fact, before, state, offset }: AgreedStep,
  { because, child, report: sequence }: Agreement,
  readFact: (offset: number) => Promise<LedgerFact>,
): Promise<AgreedChild> {
  const { requestId } = state.summary
  const own = { offset, documentOffset: state.documentOffset }
  const at = sequence === undefined ? own : before?.waiting.find(report => report.sequence === sequence)
  const report = at && ((at === own ? fact : await readFact(at.offset)) as Fact)
  if (!report || !namesDestination(report)) throw new Error(`${requestId} has no onward report for fact ${because.sequence}`)
  const documented = (await readFact(at.documentOffset)) as Fact
  const parent = documentIn(documented)
  const latest = at.documentOffset === state.documentOffset ? parent : documentIn((await readFact(state.documentOffset)) as Fact)
  return { because, child, report, parent, left: destinationIn(parent, documented.data), handling: latest.handling }
}

function documentIn(fact: Fact): FreezeRequest {
  const document = documentOf(fact)
  if (document) return document
  throw new Error(`fact ${fact.sequence} of ${fact.subject} has no document`)
}

/** The data of the command that opens the child. */
export const openingOf = (agreed: AgreedChild, { ancestors }: Pick<RequestSummary, 'ancestors'>) => ({
  request: childRequestOf(agreed),
  lineage: [...ancestors, agreed.left],
})

/** The child requests that follow money to the next country. */
export const onward: OnwardRequests<RequestSummary> = {
  isOpenedBy: fact => isKnownFact(fact) && agreedChildIn(fact) !== undefined,
  // A declined report keeps waiting, because the requester may still decide otherwise.
  waitingAfter(fact, waiting, at) {
    if (!isKnownFact(fact)) return waiting
    if (isFact(fact, 'MovedOnwardReported') && fact.data.proposed) return [...waiting, { sequence: fact.sequence, ...at }]
    if (isFact(fact, 'AnswerCorrected')) return waiting.filter(({ sequence }) => sequence !== fact.data.report)
    return isFact(fact, 'OnwardFollowed') ? waiting.filter(({ sequence }) => sequence !== fact.data.report) : waiting
  },
  async commandFor(step, readFact) {
    const agreement = agreedChildIn(step.fact as Fact)
    if (!agreement) throw new Error(`fact ${step.fact.sequence} of ${step.fact.subject} opens no request`)
    const agreed = await agreedChildOf(step, agreement, readFact)
    return { requestId: agreement.child.requestId, kind: 'OpenRequest', data: openingOf(agreed, step.state.summary) }
  },
}
