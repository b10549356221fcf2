import type { Client } from '@holdfast/client'
import type { CommandBody, CommandKind, FreezeRequest, Money, Receipt, RequestView } from '@holdfast/schemas'
import type { DemoEngine } from './engine.ts'
import type { Following } from './follow.ts'
import type { Screen } from './screen.ts'
import type { Told } from './told.ts'

/** What every chapter of the story plays on. */
export interface Stage {
  readonly engine: DemoEngine
  readonly screen: Screen
  readonly told: Told
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

/** Gives a command as a person of a country. Throws when it is refused. */
export async function act<K extends CommandKind>(client: Client, requestId: string, command: K, data: CommandBody<K>): Promise<void> {
  const outcome = await client.act(requestId, command, data, { idempotencyKey: `demo/${command}` })
  if (!outcome.ok) throw new Error(`${command} was refused: ${outcome.error.code}, ${outcome.error.detail}`)
}

/** Sends a request to a country and waits until its order is out; shows that the order arrived, and lets the institution acknowledge it. */
export async function askForHold(stage: Stage, client: Client, request: FreezeRequest, acknowledgedAt: string) {
  const { engine, desk, screen } = stage
  const institution = await engine.institutionOf(request.beneficiaryCountry)
  const { requestId } = await submit(client, request, request.caseReference)
  const verified = await desk.until(requestId, 'RequestVerified')
  const order = await institution.order(requestId, 'freeze')
  stage.told.expect(`the order for ${request.caseReference}`, order.data.amount, request.payment.amount)
  await screen.note(`the order reached ${order.data.institution.name}, by BIC ${order.data.institution.bic}`)
  engine.clock.moveTo(acknowledgedAt)
  await institution.answer(order, { kind: 'acknowledged', details: { reference: `ACK-${request.caseReference}` } })
  await desk.until(requestId, 'OrderAcknowledged')
  return { requestId, institution, order, verified }
}

/** Holds the state and the amounts after a fact against what is told. */
export function expectView(
  { told }: Stage,
  view: RequestView,
  wanted: { states: readonly string[] } & Partial<Record<'frozen' | 'recovered' | 'charges', Money>>,
) {
  const { states, ...amounts } = wanted
  told.expect(`the state of ${view.caseReference} at fact ${view.sequence}`, view.states, states)
  for (const [name, amount] of Object.entries(amounts))
    told.expect(`what is ${name} of ${view.caseReference} at fact ${view.sequence}`, view.amounts[name as keyof typeof amounts], amount)
}
