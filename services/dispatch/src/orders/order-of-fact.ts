import type { RequestSummary } from '@holdfast/payment-stop/lifecycle'
import {
  type CurrentAmounts,
  consequenceIdOf,
  type DeadlineKind,
  type Fact,
  fromMinor,
  isFact,
  type Money,
  type Order,
  ordersTopic,
  orderType,
  toMinor,
} from '@holdfast/schemas'
import type { EngineSigner } from '@holdfast/trust'
import type { Outbound } from '../outbound.ts'
import type { OrderFrame } from './frames.ts'

/** What an institution must do because of a fact. The rest of the order is the same for all orders of the request. */
export type Instruction = Pick<Order['data'], 'kind' | 'reason' | 'amount'>

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

/** A fact with the states before and after it. */
interface Step {
  readonly fact: Fact
  readonly before: { readonly summary: RequestSummary } | undefined
  readonly state: { readonly summary: RequestSummary }
}

/** The instruction that a fact makes necessary. One at most, so that the fact's id determines the order's id. */
export function instructionFor({ fact, before, state }: Step): Instruction | undefined {
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

function chaseFor(kind: DeadlineKind, before: RequestSummary | undefined, current: RequestSummary): Instruction | undefined {
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
function instructionAtEnd(fact: Fact, before: RequestSummary): Instruction | undefined {
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
function standDown(before: RequestSummary, reason: string): Instruction | undefined {
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

export const orderIdOf = (fact: Fact): string => consequenceIdOf('order', fact.subject, fact.id)

/** The signed order. */
export function orderOf(fact: Fact, frame: OrderFrame, instruction: Instruction, signer: EngineSigner): Outbound {
  const id = orderIdOf(fact)
  const unsigned = {
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
    data: { orderId: id, ...instruction, ...frame },
  } satisfies Order
  const order: Order = { ...unsigned, signature: signer.sign(unsigned) }
  return { topic: ordersTopic(frame.country), id, key: fact.subject, value: JSON.stringify(order), order }
}
