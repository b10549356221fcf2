import { accepted, type Problem, parseWith, type Result, refused } from '@holdfast/schemas'
import { type FreezeRequest, freezeRequestSchema } from '../language/index.ts'
import { cbprHeader, checkCbpr } from './cbpr.ts'
import type { Profile } from './codec/codec.ts'
import { inSwiftCharacters, linesOf } from './lines.ts'
import { paymentFields } from './mapping/payment-fields.ts'
import { notProvided } from './mapping/provided.ts'
import { requestFields } from './mapping/request-fields.ts'
import type { IsoMessage } from './message.ts'
import type { CancellationRequest, CancelledTransaction } from './messages/cancellation-request.ts'
import type { CustomerCreditTransfer } from './messages/credit-transfer.ts'
import type { PartyOrAgent } from './messages/parties.ts'
import { overlay, rest, setAt } from './objects.ts'
import { fitting, originalOf, paymentIds } from './request-payment.ts'
import { withOffset } from './with-offset.ts'

export interface Draft {
  /** The parts of a freeze request that the message has. */
  readonly draft: Readonly<Record<string, unknown>>
  /** Missing or invalid parts: a JSON pointer and what to give. Empty for a complete request. */
  readonly missing: readonly Problem[]
  /** The request, if it is complete. */
  readonly request?: FreezeRequest
}

/**
 * The freeze request in a camt.056. The message lacks the contact, the offence, the attestations and more, which may come in
 * SupplementaryData (see `camt056OfRequest`) or be added to the draft. A camt.056 of several payments is refused.
 */
export function requestOfCamt056(message: CancellationRequest): Result<Draft, Problem[]> {
  const transactions = message.underlying.flatMap(({ transactions = [] }) => transactions)
  const [transaction, another] = transactions
  if (!transaction || another)
    return refused([
      {
        code: 'TWICE',
        path: '/Document/FIToFIPmtCxlReq/Undrlyg',
        message: `is about ${transactions.length} payments, and a request about one: send one camt.056 for each`,
      },
    ])
  const { supplement = {} } = message
  const said = saidIn(message, transaction)
  const conflicts: Problem[] = []
  const draft = overlay(said.elements, supplement, '', conflicts)
  if (conflicts.length > 0) return refused(conflicts)
  for (const [field, value] of Object.entries(said.concluded)) if (!(field in draft)) draft[field] = value
  const parsed = parseWith(freezeRequestSchema, draft)
  return accepted(parsed.ok ? { draft, missing: [], request: parsed.value } : { draft, missing: parsed.error })
}

function saidIn(message: CancellationRequest, transaction: CancelledTransaction) {
  const elements: Record<string, unknown> = {}
  const concluded: Record<string, unknown> = {}
  for (const { field, read, concluded: isConcluded } of requestFields) {
    const value = read({ message, transaction })
    if (value !== undefined) setAt(isConcluded ? concluded : elements, field.split('.'), value)
  }
  return { elements, concluded }
}

/** The payment in a pacs.008, and what it lacks for a request, such as the rail. */
export function paymentOfPacs008(message: CustomerCreditTransfer): Result<Omit<Draft, 'request'>, Problem[]> {
  const [transaction, another] = message.transactions
  if (!transaction || another)
    return refused([
      {
        code: 'TWICE',
        path: '/Document/FIToFICstmrCdtTrf/CdtTrfTxInf',
        message: `stands ${message.transactions.length} times, and a request is about one payment: give the one that is meant`,
      },
    ])
  const draft: Record<string, unknown> = {}
  for (const { field, read } of paymentFields) {
    const value = read({ message, transaction })
    if (value !== undefined) setAt(draft, field.split('.'), value)
  }
  const parsed = parseWith(freezeRequestSchema.shape.payment, draft)
  return accepted({ draft, missing: parsed.ok ? [] : parsed.error })
}

export interface Making {
  /** The assignment id, at most 35 characters. */
  readonly id: string
  /** With seconds and offset. */
  readonly createdAt: string
  /**
   * `iso`: the whole request with a supplement, for an engine. `cbpr`: the recall for the victim's bank to send,
   * without parts that SWIFT cannot carry.
   */
  readonly profile?: Profile
}

/** A freeze request as a camt.056. `requestOfCamt056` reads the same request back; CBPR+ has only a part of it. */
export function camt056OfRequest(
  request: FreezeRequest,
  { id, createdAt, profile = 'iso' }: Making,
): Result<IsoMessage<'cancellationRequest'>, Problem[]> {
  if (profile === 'cbpr') return recallOf(request, id, withOffset(createdAt))
  const { contact, requestingCountry, payment } = request
  const unit = fitting.name(contact.unit)
  const assigner: PartyOrAgent = { party: { ...(unit && { name: unit }), country: requestingCountry } }
  const caseReference = fitting.reference(request.caseReference)
  const transaction: CancelledTransaction = {
    ...(caseReference && { case: { id: caseReference, creator: assigner } }),
    ...paymentIds(payment, profile),
    reasons: [{ reason: { code: request.reason } }],
    original: originalOf(payment),
  }
  const assignment = { id, assigner, assignee: { agent: { bic: payment.creditorAgent.bic } }, createdAt }
  const body: CancellationRequest = { assignment, underlying: [{ transactions: [transaction] }] }
  const supplement = rest(request, saidIn(body, transaction).elements)
  return accepted({ kind: 'cancellationRequest', name: 'camt.056.001.08', body: { ...body, supplement } })
}

function recallOf(request: FreezeRequest, id: string, createdAt: string): Result<IsoMessage<'cancellationRequest'>, Problem[]> {
  const { payment, caseReference, requestingCountry, reason } = request
  const sender: PartyOrAgent = { agent: { bic: payment.debtorAgent.bic } }
  const bank: PartyOrAgent = { agent: { bic: payment.creditorAgent.bic } }
  const words = `POLICE CASE ${caseReference} OF ${requestingCountry}. NO WORD TO THE ACCOUNT HOLDER.`
  const transaction: CancelledTransaction = {
    // The bank sets its own case number.
    case: { id: notProvided, creator: sender },
    ...paymentIds(payment, 'cbpr'),
    reasons: [{ reason: { code: reason }, lines: linesOf(inSwiftCharacters(words)) }],
  }
  const name = 'camt.056.001.08'
  const made: IsoMessage<'cancellationRequest'> = {
    kind: 'cancellationRequest',
    name,
    header: cbprHeader(name, { from: sender, to: bank, id, createdAt }),
    body: { assignment: { id, assigner: sender, assignee: bank, createdAt }, underlying: [{ transactions: [transaction] }] },
  }
  const problems = checkCbpr(made)
  return problems.length > 0 ? refused(problems) : accepted(made)
}
