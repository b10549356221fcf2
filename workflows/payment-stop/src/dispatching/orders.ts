import type { Orders, SummaryStep } from '@holdfast/core'
import { withValues } from '@holdfast/schemas'
import {
  type CurrentAmounts,
  type DeadlineKind,
  type Fact,
  type FreezeRequest,
  fromMinor,
  isFact,
  isKnownFact,
  type Money,
  type Order,
  toMinor,
  vaspOf,
} from '../language/index.ts'
import type { RequestSummary } from '../lifecycle/request-summary.ts'

/** What an institution must do because of a fact. The rest of the order is the same for all orders of the request. */
export type OrderInstruction = Pick<Order['data'], 'kind' | 'reason' | 'amount'>

/** The data that all orders of a request have in common. */
export type OrderFrame = Omit<Order['data'], 'orderId' | 'kind' | 'reason' | 'amount'>

/**
 * What an institution must still do after a missed deadline. Tasks of the desk and the requester become alerts instead.
 */
const chases: Readonly<Partial<Record<DeadlineKind, string>>> = {
  acknowledge: 'Acknowledge the order: no acknowledgement has arrived',
  acknowledgeEscalation: 'Acknowledge the order: no acknowledgement has arrived, and the case is escalated',
  execute: 'Hold what is there, or report that nothing is or that it has moved on',
  executeHard: 'Hold what is there, or report that nothing is or that it has moved on: the last time for it has passed',
  consentAnswer: 'Report whether the holder has consented: the time to answer has passed',
  returnPayment: 'Pay what is held and was to be returned, or report what has been paid: the time for it has passed',
}

function instructionFor({ fact, before, state }: SummaryStep<RequestSummary>): OrderInstruction | undefined {
  if (!isKnownFact(fact)) return undefined
  const current = state.summary
  if (isFact(fact, 'RequestVerified')) {
    const again = current.resultingState.revision > 1 ? 'Reopened and verified again: ' : ''
    return { kind: 'freeze', amount: openMoneyOf(current), reason: `${again}Verified request to stop a payment` }
  }
  if (isFact(fact, 'InformationProvided') && current.phase === 'verified')
    return { kind: 'information', amount: openMoneyOf(current), reason: fact.data.note ?? 'The requesting country has answered' }
  if (isFact(fact, 'DeadlineReached')) return chaseFor(fact.data.kind, before?.summary, current)
  return before && instructionAtEnd(fact, before.summary)
}

function chaseFor(kind: DeadlineKind, before: RequestSummary | undefined, current: RequestSummary): OrderInstruction | undefined {
  const frozen = kind === 'consentAnswer' || kind === 'returnPayment'
  const amount = () => (frozen ? frozenMoneyOf(current) : openMoneyOf(current))
  if (kind === 'informationDecision' && before && awaitsInformation(before))
    return { kind: 'information', amount: amount(), reason: 'The requesting country has not answered in time: act on what the order says' }
  const reason = chases[kind]
  // An institution that waits for an answer to its question is not the one to chase.
  return reason === undefined || awaitsInformation(current) ? undefined : { kind: 'chase', amount: amount(), reason }
}

/**
 * The instruction at the end of a request. The law ends an expired hold, so the institution lifts it without an order.
 */
function instructionAtEnd(fact: Fact, before: RequestSummary): OrderInstruction | undefined {
  if (isFact(fact, 'RequestWithdrawn')) return standDown(before, 'The requesting country withdrew the request')
  if (isFact(fact, 'RequestRejected')) return standDown(before, `The beneficiary country refused the request (${fact.data.code})`)
  if (isFact(fact, 'FreezeReleased') || (isFact(fact, 'ChallengeDecided') && fact.data.reason))
    return standDown(before, `An authority of the beneficiary country ordered it (${fact.data.reason})`)
  // No release: forfeited money, or money for another payee, would be gone before the order that disposes of it is
  // carried out, and that is irreversible. A hold that lasts too long is not: an authority can order its release.
  if (isFact(fact, 'ClosedUnrecovered'))
    return {
      kind: 'information',
      amount: frozenMoneyOf(before),
      reason: `The request has ended and the money does not go back to the victim (${fact.data.reason}): this lifts no hold, the order of your authority says what becomes of it`,
    }
  return undefined
}

/** Orders the release of frozen money; if none is frozen and an order is out, cancels the order. */
function standDown(before: RequestSummary, reason: string): OrderInstruction | undefined {
  if (frozenMinorOf(before) > 0n) return { kind: 'release', amount: frozenMoneyOf(before), reason }
  return before.phase === 'verified' ? { kind: 'cancel', amount: openMoneyOf(before), reason } : undefined
}

const awaitsInformation = ({ resultingState }: RequestSummary): boolean => resultingState.states.includes('verified.awaitingInformation')

/** No order precedes usable amounts (V05). */
function amountsOf({ resultingState: { amounts }, requestId }: RequestSummary): CurrentAmounts {
  if (!amounts) throw new Error(`${requestId} orders something and has no usable amount`)
  return amounts
}

function minorOf({ currency, ...values }: CurrentAmounts, name: Exclude<keyof CurrentAmounts, 'currency'>): bigint {
  const minor = toMinor({ currency, value: values[name] })
  if (minor === undefined) throw new Error(`${name} of ${values[name]} ${currency} is no amount`)
  return minor
}

/** Frozen money minus what was returned and the charges of the return. */
function frozenMinorOf(summary: RequestSummary): bigint {
  const { amounts } = summary.resultingState
  return amounts ? minorOf(amounts, 'frozen') - minorOf(amounts, 'recovered') - minorOf(amounts, 'charges') : 0n
}

const frozenMoneyOf = (summary: RequestSummary): Money => fromMinor(amountsOf(summary).currency, frozenMinorOf(summary))

/**
 * The part of the requested amount that is neither frozen nor moved onward: at first all of it, after a reopening less.
 */
function openMoneyOf(summary: RequestSummary): Money {
  const amounts = amountsOf(summary)
  return fromMinor(amounts.currency, minorOf(amounts, 'requested') - minorOf(amounts, 'frozen') - minorOf(amounts, 'movedOnward'))
}

const frameOf = (requestId: string, request: FreezeRequest): OrderFrame => ({
  requestId,
  country: request.beneficiaryCountry,
  requestingCountry: request.requestingCountry,
  caseReference: request.caseReference,
  institution: request.payment.creditorAgent,
  legalBasis: request.offence.legalBasis,
  confidentiality: request.handling.confidentiality,
  discloseToHolder: request.handling.discloseToHolder,
  payment: request.payment,
})

/** The JSON pointer of the document in the data of a fact; frames have none. */
const document = '/request'

function openFrame(frame: OrderFrame, values: Readonly<Record<string, unknown>>): OrderFrame {
  const { requestId, country, requestingCountry, caseReference, confidentiality, discloseToHolder, payment: known } = frame
  const paymentValues = Object.entries(values).filter(([pointer]) => pointer.startsWith(`${document}/payment/`))
  const byPointer = Object.fromEntries(paymentValues.map(([pointer, value]) => [pointer.slice(document.length), value]))
  const { payment } = withValues({ payment: known }, byPointer) as unknown as Pick<OrderFrame, 'payment'>
  // A document that is older than the encryption of legal bases has its own in plaintext.
  const legalBasis = (values[`${document}/offence/legalBasis`] ?? frame.legalBasis) as string
  const institution = payment.creditorAgent
  return { requestId, country, requestingCountry, caseReference, institution, legalBasis, confidentiality, discloseToHolder, payment }
}

/** The orders to the institution that has the account. */
export const orders: Orders<RequestSummary, FreezeRequest, OrderFrame, OrderInstruction> = {
  countryOf: ({ beneficiaryCountry }) => beneficiaryCountry,
  institutionOf: ({ payment }) => payment.creditorAgent.bic,
  frameOf,
  vaspOf,
  openFrame,
  instructionFor,
}
