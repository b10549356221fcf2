import { heldMinorOf, type Minor, moneyOf, nothing, phaseOf, type RequestSnapshot, statesOf } from '@holdfast/lifecycle'
import { consequenceIdOf, type DeadlineKind, type Fact, isFact, type Order, ordersTopic, orderType } from '@holdfast/schemas'
import type { OrderFrame } from './dispatch-state.ts'
import type { Outbound } from './outbound.ts'

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
  readonly before: { readonly snapshot: RequestSnapshot } | undefined
  readonly state: { readonly snapshot: RequestSnapshot }
}

/** The instruction that a fact makes necessary. At most one, so that the order's id needs no more than the fact's. */
export function instructionFor({ fact, before, state }: Step): Instruction | undefined {
  const now = state.snapshot
  if (isFact(fact, 'RequestVerified')) {
    const again = now.state.context.revision > 1 ? 'Reopened and verified again: ' : ''
    return { kind: 'freeze', amount: openMoneyOf(now), reason: `${again}Verified request to stop a payment` }
  }
  if (isFact(fact, 'InformationProvided') && phaseOf(now.state) === 'verified')
    return { kind: 'information', amount: openMoneyOf(now), reason: fact.data.note ?? 'The requesting country has answered' }
  if (isFact(fact, 'DeadlineReached')) return chaseFor(fact.data.kind, before?.snapshot, now)
  return before && atTheEnd(fact, before.snapshot)
}

function chaseFor(kind: DeadlineKind, before: RequestSnapshot | undefined, now: RequestSnapshot): Instruction | undefined {
  const held = kind === 'consentAnswer' || kind === 'returnPayment'
  const amount = () => (held ? heldMoneyOf(now) : openMoneyOf(now))
  if (kind === 'informationDecision' && before && waitsForAnAnswer(before))
    return { kind: 'information', amount: amount(), reason: 'The requesting country has not answered in time: act on what the order says' }
  const reason = chases[kind]
  // Who waits for an answer to its question is not the one to be chased.
  return reason === undefined || waitsForAnAnswer(now) ? undefined : { kind: 'chase', amount: amount(), reason }
}

/** What an institution has to hear when a request ends. A hold that lapses it lifts by itself, as the law has it. */
function atTheEnd(fact: Fact, before: RequestSnapshot): Instruction | undefined {
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
function standDown(before: RequestSnapshot, reason: string): Instruction | undefined {
  if (heldMinorOf(before.state.context) !== nothing) return { kind: 'release', amount: heldMoneyOf(before), reason }
  return phaseOf(before.state) === 'verified' ? { kind: 'cancel', amount: openMoneyOf(before), reason } : undefined
}

const waitsForAnAnswer = (snapshot: RequestSnapshot): boolean => statesOf(snapshot).includes('verified.awaitingInformation')

const moneyIn = ({ state: { context } }: RequestSnapshot, amountMinor: Minor) => moneyOf(context.document.currency, amountMinor)
const heldMoneyOf = (snapshot: RequestSnapshot) => moneyIn(snapshot, heldMinorOf(snapshot.state.context))

/** What of the requested amount has been found neither here nor onward: all of it at first, less once a request is reopened. */
function openMoneyOf(snapshot: RequestSnapshot) {
  const { context } = snapshot.state
  const found = [heldMinorOf(context), context.recoveredMinor, context.chargesMinor, ...context.movedOnward.map(moved => moved.amountMinor)]
  const open = found.reduce((left, part) => left - BigInt(part), BigInt(context.document.requestedMinor ?? nothing))
  return moneyIn(snapshot, open.toString())
}

export const orderIdOf = (fact: Fact): string => consequenceIdOf('order', fact.subject, fact.id)

/** The order as it is sent. */
export function orderOf(fact: Fact, frame: OrderFrame, instruction: Instruction): Outbound {
  const id = orderIdOf(fact)
  const order: Order = {
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
  }
  return { topic: ordersTopic(frame.country), id, key: fact.subject, value: JSON.stringify(order) }
}
