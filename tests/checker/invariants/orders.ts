import { same } from '../canonical.ts'
import { consequenceId } from '../ids.ts'
import { decimalOf } from '../money.ts'
import type { CheckedFact, CheckedState } from '../state/step.ts'
import { firsts, type Invariants, type Report, type Sent, type SentEvent, type World } from '../world.ts'

export const ofOrders: Invariants = {
  'order-caused': 'Each order has one cause: a fact that counts and causes orders. Its id follows from that fact.',
  'order-same':
    'A repeated order is byte for byte the same and goes to the same country. Repeats are counted, not refused (docs/explain/guarantees.md).',
  'order-said': 'An order has the kind and amount that its fact requires, and the payment and bank of the current document.',
  'order-answered': 'A fact or refusal that names an order names an earlier one of its request.',
  'order-sent': 'In a finished run each fact that requires an order has it.',
}

interface Instruction {
  readonly kind: string
  readonly amount: bigint
}

/** The part of the money that was found neither here nor onward. */
const open = ({ requested = 0n, frozen, moved }: CheckedState): bigint => requested - frozen - moved
const chasedOfOpen = ['acknowledge', 'acknowledgeEscalation', 'execute', 'executeHard']
const chasedOfHeld = ['consentAnswer', 'returnPayment']
const asks = ({ state }: CheckedState): boolean => state.endsWith('.awaitingInformation')

/** The order to the bank that a fact requires. */
function instructionOf({ kind, fact, before, after }: CheckedFact): Instruction | undefined {
  if (kind === 'RequestVerified') return { kind: 'freeze', amount: open(after) }
  if (kind === 'InformationProvided' && after.phase === 'verified') return { kind: 'information', amount: open(after) }
  if (!before) return undefined
  if (kind === 'DeadlineReached') return chased(fact.data.kind ?? '', before, after)
  if (kind === 'ClosedUnrecovered') return { kind: 'information', amount: before.held }
  const isUpheld = kind === 'ChallengeDecided' && fact.data.decision === 'FOR_HOLDER'
  if (!isUpheld && !['RequestWithdrawn', 'RequestRejected', 'FreezeReleased'].includes(kind)) return undefined
  if (before.held > 0n) return { kind: 'release', amount: before.held }
  return before.phase === 'verified' ? { kind: 'cancel', amount: open(before) } : undefined
}

/** A bank that waits for an answer to its question gets no reminder; it is notified when no answer comes. */
function chased(deadline: string, before: CheckedState, after: CheckedState): Instruction | undefined {
  const waited = before.state === 'verified.awaitingInformation'
  if (deadline === 'informationDecision' && waited) return { kind: 'information', amount: open(after) }
  if (asks(after) && after.phase === 'verified') return undefined
  if (chasedOfOpen.includes(deadline)) return { kind: 'chase', amount: open(after) }
  return chasedOfHeld.includes(deadline) ? { kind: 'chase', amount: after.held } : undefined
}

const orderIdOf = ({ fact }: CheckedFact): string => consequenceId('order', fact.subject, fact.id)

export function checkOrders(world: World, report: Report): Sent {
  const { first, repeats } = firsts(world.orders, () => 'order-same', report)
  const caused = new Map<string, string>()
  for (const order of first.values()) {
    const { causationid = '', id, subject } = order
    const other = caused.get(causationid)
    if (other !== undefined) report('order-caused', subject, `${id} and ${other} have one cause, ${causationid}`)
    caused.set(causationid, id)
    checkOrder(world, order, report)
  }
  let due = 0
  let missing = 0
  for (const { steps, history } of world.derived.values()) {
    const ordered = new Set<string>()
    for (const step of steps) {
      checkNamed(step.fact.orderid, `fact ${step.fact.sequence}, ${step.kind},`, ordered, history.requestId, report)
      if (!instructionOf(step)) continue
      const id = orderIdOf(step)
      ordered.add(id)
      due += 1
      if (first.has(id)) continue
      missing += 1
      if (world.observations.isFinished)
        report('order-sent', history.requestId, `fact ${step.fact.sequence}, ${step.kind}, requires an order, and none was sent`)
    }
    if (steps.length < history.facts.length) continue
    for (const { refusal } of history.refusals) checkNamed(refusal.orderid, `refusal ${refusal.number}`, ordered, history.requestId, report)
  }
  return { repeats, due, missing }
}

function checkNamed(orderid: string | undefined, what: string, ordered: ReadonlySet<string>, requestId: string, report: Report): void {
  if (orderid !== undefined && !ordered.has(orderid))
    report('order-answered', requestId, `${what} names order ${orderid}, which was not sent`)
}

function checkOrder({ facts, underived }: World, order: SentEvent, report: Report): void {
  const { causationid = '', subject, id, data, country } = order
  const step = facts.get(causationid)
  if (!step) {
    if (!underived.has(causationid))
      report('order-caused', subject, `order ${id} follows from ${causationid}, which is not a fact that counts`)
    return
  }
  const instruction = instructionOf(step)
  const { fact, kind, document, before, after } = step
  if (!instruction)
    return void report('order-caused', subject, `order ${id} follows from fact ${fact.sequence}, ${kind}, which causes no order`)
  if (id !== orderIdOf(step) || subject !== fact.subject || data.orderId !== id || data.requestId !== subject)
    return void report('order-caused', subject, `order ${id} does not have the ids that follow from fact ${fact.sequence}`)
  const { currency } = instruction.kind === 'freeze' ? after : (before ?? after)
  const says = {
    kind: instruction.kind,
    amount: { currency, value: decimalOf(currency, instruction.amount) },
    country: document.beneficiaryCountry,
    requestingCountry: document.requestingCountry,
    caseReference: document.caseReference,
    institution: document.payment.creditorAgent,
    legalBasis: document.offence.legalBasis,
    confidentiality: document.handling.confidentiality,
    discloseToHolder: document.handling.discloseToHolder,
    payment: document.payment,
  }
  for (const [name, value] of Object.entries(says))
    if (!same(data[name], value))
      report('order-said', subject, `order ${id} says another ${name} than fact ${fact.sequence}, ${kind}, makes necessary`)
  if (country !== document.beneficiaryCountry) report('order-said', subject, `order ${id} came to ${country}`)
}
