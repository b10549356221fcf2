import type { RequestSummary } from '@holdfast/lifecycle'
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
import type { OutboundRecord } from '../outbound.ts'
import type { OrderFrame } from './frames.ts'

/** What an institution is told to do because of a fact; the rest of the order is the same for every order of the request. */
export type Instruction = Pick<Order['data'], 'kind' | 'reason' | 'amount'>

/** What an institution that has let a deadline pass is asked for. What is for the desk or the requester to do, they are alerted to. */
const chases: Readonly<Partial<Record<DeadlineKind, string>>> = {
  acknowledge: 'Acknowledge the order: nobody has yet',
  acknowledgeEscalation: 'Acknowledge the order: nobody has yet, and it has been escalated',
  execute: 'Hold what is there, or report that nothing is or that it has moved on',
  executeHard: 'Hold what is there, or report that nothing is or that it has moved on: the last time for it has passed',
  consentAnswer: 'Report whether the holder has consented: the time to answer has passed',
  returnPayment: 'Pay what is held and was to be returned, or report what has been paid: the time for it has passed',
}

/** A fact between what it met and what it led to. */
interface Step {
  readonly fact: Fact
  readonly before: { readonly standing: RequestSummary } | undefined
  readonly state: { readonly standing: RequestSummary }
}

/** The instruction that a fact makes necessary. At most one, so that the order's id needs no more than the fact's. */
export function instructionFor({ fact, before, state }: Step): Instruction | undefined {
  const now = state.standing
  if (isFact(fact, 'RequestVerified')) {
    const again = now.ledTo.revision > 1 ? 'Reopened and verified again: ' : ''
    return { kind: 'freeze', amount: openMoneyOf(now), reason: `${again}Verified request to stop a payment` }
  }
  if (isFact(fact, 'InformationProvided') && now.phase === 'verified')
    return { kind: 'information', amount: openMoneyOf(now), reason: fact.data.note ?? 'The requesting country has answered' }
  if (isFact(fact, 'DeadlineReached')) return chaseFor(fact.data.kind, before?.standing, now)
  return before && atTheEnd(fact, before.standing)
}

function chaseFor(kind: DeadlineKind, before: RequestSummary | undefined, now: RequestSummary): Instruction | undefined {
  const held = kind === 'consentAnswer' || kind === 'returnPayment'
  const amount = () => (held ? heldMoneyOf(now) : openMoneyOf(now))
  if (kind === 'informationDecision' && before && waitsForAnAnswer(before))
    return { kind: 'information', amount: amount(), reason: 'The requesting country has not answered in time: act on what the order says' }
  const reason = chases[kind]
  // Who waits for an answer to its question is not the one to be chased.
  return reason === undefined || waitsForAnAnswer(now) ? undefined : { kind: 'chase', amount: amount(), reason }
}

/** What an institution has to hear when a request ends. A hold that lapses it lifts by itself, as the law has it. */
function atTheEnd(fact: Fact, before: RequestSummary): Instruction | undefined {
  if (isFact(fact, 'RequestWithdrawn')) return standDown(before, 'The requesting country withdrew the request')
  if (isFact(fact, 'RequestRejected')) return standDown(before, `The beneficiary country refused the request (${fact.data.code})`)
  if (isFact(fact, 'FreezeReleased')) return standDown(before, `An authority of the beneficiary country ordered it (${fact.data.reason})`)
  // No release: forfeited money, or money that is paid to somebody else, would be gone before the order that disposes of it is carried out, and that can't be
  // mended. A hold that is kept too long can: whoever wants it lifted gives `Release`.
  if (isFact(fact, 'ClosedUnrecovered'))
    return {
      kind: 'information',
      amount: heldMoneyOf(before),
      reason: `The request has ended and the money does not go back to the victim (${fact.data.reason}): this lifts no hold, the order of your authority says what becomes of it`,
    }
  return undefined
}

/** Lift what is held; where nothing is, and an order is out, do no more. */
function standDown(before: RequestSummary, reason: string): Instruction | undefined {
  if (heldMinorOf(before) > 0n) return { kind: 'release', amount: heldMoneyOf(before), reason }
  return before.phase === 'verified' ? { kind: 'cancel', amount: openMoneyOf(before), reason } : undefined
}

const waitsForAnAnswer = ({ ledTo }: RequestSummary): boolean => ledTo.states.includes('verified.awaitingInformation')

/** Nothing is ordered before the amounts are usable (V05). */
function amountsOf({ ledTo: { amounts }, requestId }: RequestSummary): CurrentAmounts {
  if (!amounts) throw new Error(`${requestId} orders something and has no usable amount`)
  return amounts
}

function minorOf({ currency, ...values }: CurrentAmounts, name: Exclude<keyof CurrentAmounts, 'currency'>): bigint {
  const minor = toMinor({ currency, value: values[name] })
  if (minor === undefined) throw new Error(`${name} of ${values[name]} ${currency} is no amount`)
  return minor
}

/** What is frozen has been held; what came back of it, and what sending that cost, is held no more. */
function heldMinorOf(standing: RequestSummary): bigint {
  const { amounts } = standing.ledTo
  return amounts ? minorOf(amounts, 'frozen') - minorOf(amounts, 'recovered') - minorOf(amounts, 'charges') : 0n
}

const heldMoneyOf = (standing: RequestSummary): Money => fromMinor(amountsOf(standing).currency, heldMinorOf(standing))

/** What of the requested amount has been found neither here nor onward: all of it at first, less once a request is reopened. */
function openMoneyOf(standing: RequestSummary): Money {
  const amounts = amountsOf(standing)
  return fromMinor(amounts.currency, minorOf(amounts, 'requested') - minorOf(amounts, 'frozen') - minorOf(amounts, 'movedOnward'))
}

export const orderIdOf = (fact: Fact): string => consequenceIdOf('order', fact.subject, fact.id)

/** The order as it is sent, signed. */
export function orderOf(fact: Fact, frame: OrderFrame, instruction: Instruction, signer: EngineSigner): OutboundRecord {
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
