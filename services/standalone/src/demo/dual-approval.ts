import type { CommandBody, DualApprovalCommand } from '@holdfast/payment-stop/language'
import type { MemberRole } from '@holdfast/schemas'
import type { ShownFact } from './follow.ts'
import type { Nth } from './handles.ts'
import type { Stage } from './stage.ts'

/** An action that needs dual approval once money is frozen (V17): two officers of a country send the same command. */
export interface DualApprovalAct<K extends DualApprovalCommand> {
  readonly country: string
  readonly role: MemberRole
  readonly requestId: string
  readonly command: K
  readonly data: CommandBody<K>
}

/** The first officer proposes the action. It is recorded and has no effect yet. */
export async function propose<K extends DualApprovalCommand>(stage: Stage, act: DualApprovalAct<K>): Promise<ShownFact> {
  await expectOutcome(stage, act, 'first', 'proposed')
  return stage.desk.until(act.requestId, 'ActionProposed')
}

/** The second officer approves with the identical command, and the action takes effect. */
export const approve = <K extends DualApprovalCommand>(stage: Stage, act: DualApprovalAct<K>): Promise<void> =>
  expectOutcome(stage, act, 'second', 'applied')

/** The first officer tries to approve too. Returns the code of the refusal, or the outcome. */
export async function approveOwnProposal<K extends DualApprovalCommand>(stage: Stage, act: DualApprovalAct<K>): Promise<string> {
  const outcome = await send(stage, act, 'first', 'again')
  return outcome.ok ? outcome.value.outcome : outcome.error.code
}

function send<K extends DualApprovalCommand>({ engine }: Stage, act: DualApprovalAct<K>, person: Nth, time = 'once') {
  const { country, role, requestId, command, data } = act
  return engine.as(country, role, { person }).act(requestId, command, data, { idempotencyKey: `${command}-${time}/${person}/${requestId}` })
}

/** Throws if the command is refused, because the story cannot continue. */
async function expectOutcome<K extends DualApprovalCommand>(
  stage: Stage,
  act: DualApprovalAct<K>,
  person: Nth,
  wanted: 'proposed' | 'applied',
): Promise<void> {
  const outcome = await send(stage, act, person)
  if (!outcome.ok) throw new Error(`${act.command} was refused: ${outcome.error.code}, ${outcome.error.detail}`)
  stage.check.expect(`the outcome of ${act.command} by the ${person} officer`, outcome.value.outcome, wanted)
}
