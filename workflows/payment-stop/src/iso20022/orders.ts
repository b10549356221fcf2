import { accepted, type Problem, type Result, refused } from '@holdfast/schemas'
import type { Order } from '../language/index.ts'
import { cbprHeader, checkCbpr } from './cbpr.ts'
import type { Profile } from './codec/codec.ts'
import { inSwiftCharacters, linesOf } from './lines.ts'
import { orderRows } from './mapping/order-rows.ts'
import type { IsoMessage } from './message.ts'
import type { CancelledTransaction } from './messages/cancellation-request.ts'
import type { PartyOrAgent } from './messages/parties.ts'
import { caseIdOf, referenceOf } from './references.ts'
import { fitting, originalOf, paymentIds } from './request-payment.ts'
import { withOffset } from './with-offset.ts'

export interface Sending {
  /** The sender: the authority by name, or for CBPR+ a bank by its BIC. */
  readonly sender: PartyOrAgent
  /** The creation time, with seconds and offset. */
  readonly createdAt: string
  readonly profile?: Profile
  /** For a chase: the unanswered freeze order. */
  readonly freezeOrderId?: string
}

/**
 * An order as a bank message: `freeze` is a camt.056, `chase` a pacs.028. The others have no equivalent and are refused with
 * what to do instead. Profile `cbpr` gives a message for SWIFT's cross-border network, or a refusal with what it lacks.
 */
export function messageOfOrder(order: Order['data'], sending: Sending): Result<IsoMessage, Problem[]> {
  const { message, words } = orderRows[order.kind]
  if (!message) return refused([{ code: 'RULE', path: '/kind', message: words }])
  const make = message === 'camt.056' ? cancellationOf : chaseOf
  if (sending.profile !== 'cbpr') return accepted(make(order, sending))
  const made = make(order, { ...sending, createdAt: withOffset(sending.createdAt) })
  const problems = checkCbpr(made)
  return problems.length > 0 ? refused(problems) : accepted(made)
}

function cancellationOf(order: Order['data'], { sender, createdAt, profile = 'iso' }: Sending): IsoMessage<'cancellationRequest'> {
  const { orderId, requestId, institution } = order
  const id = referenceOf(orderId)
  const bankName = profile === 'iso' ? fitting.name(institution.name) : undefined
  const bank = { bic: institution.bic, ...(bankName && { name: bankName }) }
  const transaction: CancelledTransaction = {
    // CBPR+ has no element for it.
    ...(profile === 'iso' && { cancellationId: id }),
    case: { id: caseIdOf(requestId, profile), creator: sender },
    ...paymentIds(order.payment, profile),
    reasons: [{ reason: { code: 'FRAD' }, lines: wordsOf(order, profile) }],
    ...(profile === 'iso' && { original: originalOf(order.payment) }),
  }
  const body = { assignment: { id, assigner: sender, assignee: { agent: bank }, createdAt }, underlying: [{ transactions: [transaction] }] }
  const name = 'camt.056.001.08'
  const header = profile === 'cbpr' ? { header: cbprHeader(name, { from: sender, to: { agent: bank }, id, createdAt }) } : {}
  return { kind: 'cancellationRequest', name, ...header, body }
}

/** A camt.056 asks for the money back. The text has to add that it must be held first, and silently. */
function wordsOf(
  { amount, discloseToHolder, caseReference, requestingCountry, confidentiality, legalBasis, reason }: Order['data'],
  profile: Profile,
) {
  const sentences = [
    `HOLD UP TO ${amount.currency} ${amount.value}. RETURN ONLY BY CONSENT, INDEMNITY OR ORDER.`,
    ...(discloseToHolder ? [] : ['NO WORD TO THE ACCOUNT HOLDER.']),
    `CASE ${caseReference} OF ${requestingCountry}. ${confidentiality}.`,
    `LEGAL BASIS: ${legalBasis}`,
    reason,
  ]
  // Characters that XML cannot contain mean nothing to a person either.
  const plain = sentences.map(sentence => sentence.replace(/[\ufffe\uffff\u007f]/g, '.'))
  return plain.flatMap(sentence => linesOf(profile === 'cbpr' ? inSwiftCharacters(sentence) : sentence))
}

function chaseOf(order: Order['data'], { sender, createdAt, profile = 'iso', freezeOrderId }: Sending): IsoMessage<'paymentStatusRequest'> {
  const { orderId, requestId, institution, payment } = order
  const id = referenceOf(orderId)
  const { amount: _, settlementDate: __, ...ids } = paymentIds(payment, profile)
  const asked = freezeOrderId && { messageId: referenceOf(freezeOrderId), messageName: 'camt.056.001.08' }
  const agents = { ...('agent' in sender && { instructingAgent: sender.agent }), instructedAgent: { bic: institution.bic } }
  const name = 'pacs.028.001.03'
  const body = {
    group: { messageId: id, createdAt, ...(profile === 'iso' && agents) },
    transactions: [
      {
        requestId: referenceOf(requestId),
        ...ids,
        ...(asked && { originalMessage: asked }),
        ...(profile === 'cbpr' ? agents : { original: originalOf(payment) }),
      },
    ],
  }
  const header =
    profile === 'cbpr' ? { header: cbprHeader(name, { from: sender, to: { agent: { bic: institution.bic } }, id, createdAt }) } : {}
  return { kind: 'paymentStatusRequest', name, ...header, body }
}
