import type { Client } from '@holdfast/client'
import type { FreezeRequest, Money, Order, Receipt, RequestView } from '@holdfast/schemas'
import type { DemoEngine, PlayedInstitution } from './engine.ts'
import type { Following, ShownFact } from './follow.ts'
import { nameOf } from './name-of.ts'
import type { Screen } from './screen.ts'
import type { StoryCheck } from './story-check.ts'

/** What every chapter of the story plays on. */
export interface Stage {
  readonly engine: DemoEngine
  readonly screen: Screen
  readonly told: StoryCheck
  readonly desk: Following
}

export const money = (currency: string, value: string): Money => ({ currency, value })

/** Holds something against the engine and shows the result to the reader. */
export const prove = ({ screen, told }: Stage, what: string, found: unknown, wanted: unknown): Promise<void> =>
  screen.proof(what, told.expect(what, found, wanted))

/** Sends a request. Throws when it is not taken, as nothing that follows could be told. */
export async function submit(client: Client, request: FreezeRequest, idempotencyKey: string): Promise<Receipt> {
  const receipt = await client.submit(request, { idempotencyKey })
  if (!receipt.ok) throw new Error(`${request.caseReference} was not taken: ${receipt.error.code}, ${receipt.error.detail}`)
  return receipt.value
}

/** Lets time pass: the clock stops at each deadline on the way until the engine has seen that it passed. */
export async function passTo({ engine: { clock }, desk, told }: Stage, instant: string): Promise<void> {
  for (let next = desk.nextDeadline(instant); next; next = desk.nextDeadline(instant)) {
    clock.moveTo(next.dueAt)
    const { fact, view } = await desk.untilPassed(next)
    told.expect(`when ${next.kind} of ${nameOf(view)} was seen to pass`, fact.time, new Date(next.dueAt).toISOString())
  }
  clock.moveTo(instant)
}

/** An order that has arrived and who has to answer it. */
export interface ArrivedOrder {
  readonly requestId: string
  readonly institution: PlayedInstitution
  readonly order: Order
}

/** Sends a request to a country and waits until its order is out; shows that the order arrived, and lets the institution acknowledge it. */
export async function askForHold(
  stage: Stage,
  client: Client,
  request: FreezeRequest,
  acknowledgedAt: string,
): Promise<ArrivedOrder & { readonly verified: ShownFact }> {
  // Listens before there is anything to hear.
  await stage.engine.institutionOf(request.beneficiaryCountry)
  const { requestId } = await submit(client, request, request.caseReference)
  const verified = await stage.desk.until(requestId, 'RequestVerified')
  const asked = await takeOrder(stage, verified, acknowledgedAt)
  stage.told.expect(`the order for ${request.caseReference}`, asked.order.data.amount, request.payment.amount)
  return { ...asked, verified }
}

/** Shows that the order of a verified request has arrived, and lets the institution acknowledge it. */
export async function takeOrder(stage: Stage, { view }: ShownFact, acknowledgedAt: string): Promise<ArrivedOrder> {
  const { requestId, caseReference, beneficiaryCountry } = view
  const institution = await stage.engine.institutionOf(beneficiaryCountry)
  const order = await institution.order(requestId, 'freeze')
  await stage.screen.note(`the order reached ${order.data.institution.name}, by BIC ${order.data.institution.bic}`)
  await passTo(stage, acknowledgedAt)
  await institution.answer(order, { kind: 'acknowledged', details: { reference: `ACK-${caseReference}` } })
  await stage.desk.until(requestId, 'OrderAcknowledged')
  return { requestId, institution, order }
}

/** Holds the state and the amounts after a fact against what is told. */
export function expectView(
  { told }: Stage,
  view: RequestView,
  wanted: { states: readonly string[] } & Partial<Record<'frozen' | 'recovered' | 'charges' | 'released' | 'movedOnward', Money>>,
) {
  const { states, ...amounts } = wanted
  told.expect(`the state of ${nameOf(view)} at fact ${view.sequence}`, view.states, states)
  for (const [name, amount] of Object.entries(amounts))
    told.expect(`what is ${name} of ${nameOf(view)} at fact ${view.sequence}`, view.amounts[name as keyof typeof amounts], amount)
}
