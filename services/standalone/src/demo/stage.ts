import type { Client } from '@holdfast/client'
import type { FreezeRequest, Money, Order, PaymentStopTypes, PaymentStopView, Receipt } from '@holdfast/payment-stop/language'
import type { DemoEngine, PlayedInstitution } from './engine.ts'
import type { Following, ShownFact } from './follow.ts'
import { nameOf } from './name-of.ts'
import type { Screen } from './screen.ts'
import type { StoryCheck } from './story-check.ts'

/** What every chapter of the story uses. */
export interface Stage {
  readonly engine: DemoEngine
  readonly screen: Screen
  readonly check: StoryCheck
  readonly desk: Following
}

export const money = (currency: string, value: string): Money => ({ currency, value })

/** Runs a check and shows its result. */
export const prove = ({ screen, check }: Stage, what: string, found: unknown, wanted: unknown): Promise<void> =>
  screen.proof(what, check.expect(what, found, wanted))

/** Sends a request. Throws if it is refused, because the story cannot continue. */
export async function submit(client: Client<PaymentStopTypes>, request: FreezeRequest, idempotencyKey: string): Promise<Receipt> {
  const receipt = await client.submit(request, { idempotencyKey })
  if (!receipt.ok) throw new Error(`${request.caseReference} was refused: ${receipt.error.code}, ${receipt.error.detail}`)
  return receipt.value
}

/** Advances the clock, and stops at each deadline until the engine has processed it. */
export async function advanceTo({ engine: { clock }, desk, check }: Stage, instant: string): Promise<void> {
  for (let next = desk.nextDeadline(instant); next; next = desk.nextDeadline(instant)) {
    clock.moveTo(next.dueAt)
    const { fact, view } = await desk.untilPassed(next)
    check.expect(`when ${next.kind} of ${nameOf(view)} expired`, fact.time, new Date(next.dueAt).toISOString())
  }
  clock.moveTo(instant)
}

/** An order that has arrived, and the institution that must answer it. */
export interface ArrivedOrder {
  readonly requestId: string
  readonly institution: PlayedInstitution
  readonly order: Order
}

/** Sends a request to a country, waits for its order and shows that it arrived; the institution acknowledges it. */
export async function requestFreeze(
  stage: Stage,
  client: Client<PaymentStopTypes>,
  request: FreezeRequest,
  acknowledgedAt: string,
): Promise<ArrivedOrder & { readonly verified: ShownFact }> {
  // Listens before the first order is sent.
  await stage.engine.institutionOf(request.beneficiaryCountry)
  const { requestId } = await submit(client, request, request.caseReference)
  const verified = await stage.desk.until(requestId, 'RequestVerified')
  const arrived = await takeOrder(stage, verified, acknowledgedAt)
  stage.check.expect(`the order for ${request.caseReference}`, arrived.order.data.amount, request.payment.amount)
  return { ...arrived, verified }
}

/** Shows that the order of a verified request has arrived; the institution acknowledges it. */
export async function takeOrder(stage: Stage, { view }: ShownFact, acknowledgedAt: string): Promise<ArrivedOrder> {
  const { requestId, caseReference, beneficiaryCountry } = view
  const institution = await stage.engine.institutionOf(beneficiaryCountry)
  const order = await institution.order(requestId, 'freeze')
  await stage.screen.note(`the order reached ${order.data.institution.name}, by BIC ${order.data.institution.bic}`)
  await advanceTo(stage, acknowledgedAt)
  await institution.answer(order, { kind: 'acknowledged', details: { reference: `ACK-${caseReference}` } })
  await stage.desk.until(requestId, 'OrderAcknowledged')
  return { requestId, institution, order }
}

/** Compares the state and the amounts after a fact with the expected ones. */
export function expectView(
  { check }: Stage,
  view: PaymentStopView,
  wanted: { states: readonly string[] } & Partial<Record<'frozen' | 'recovered' | 'charges' | 'released' | 'movedOnward', Money>>,
) {
  const { states, ...amounts } = wanted
  check.expect(`the state of ${nameOf(view)} at fact ${view.sequence}`, view.states, states)
  for (const [name, amount] of Object.entries(amounts))
    check.expect(`the ${name} amount of ${nameOf(view)} at fact ${view.sequence}`, view.amounts[name as keyof typeof amounts], amount)
}
