import type { CommandBody, DualApprovalCommand, MemberRole } from '@holdfast/schemas'
import type { ShownFact } from './follow.ts'
import type { Nth } from './handles.ts'
import type { Stage } from './stage.ts'

/** What two persons of one side have to do together once money is held (V17), in the words that both of them say. */
export interface DualApprovalAct<K extends DualApprovalCommand> {
  readonly country: string
  readonly role: MemberRole
  readonly requestId: string
  readonly command: K
  readonly data: CommandBody<K>
}

/** The first person gives the command: it is on record, and nothing has been done. */
export async function propose<K extends DualApprovalCommand>(stage: Stage, act: DualApprovalAct<K>): Promise<ShownFact> {
  await expectOutcome(stage, act, 'first', 'proposed')
  return stage.desk.until(act.requestId, 'ActionProposed')
}

/** The second person gives the same command in the same words, and it is done. */
export const approve = <K extends DualApprovalCommand>(stage: Stage, act: DualApprovalAct<K>): Promise<void> =>
  expectOutcome(stage, act, 'second', 'applied')

/** The first person tries to be the second one too. Gives the code of the refusal, or what came of it. */
export async function insist<K extends DualApprovalCommand>(stage: Stage, act: DualApprovalAct<K>): Promise<string> {
  const outcome = await give(stage, act, 'first', 'again')
  return outcome.ok ? outcome.value.outcome : outcome.error.code
}

function give<K extends DualApprovalCommand>({ engine }: Stage, act: DualApprovalAct<K>, person: Nth, time = 'once') {
  const { country, role, requestId, command, data } = act
  return engine.as(country, role, { person }).act(requestId, command, data, { idempotencyKey: `${command}-${time}/${person}/${requestId}` })
}

/** Throws when the command is refused, as nothing that follows could be told. */
async function expectOutcome<K extends DualApprovalCommand>(
  stage: Stage,
  act: DualApprovalAct<K>,
  person: Nth,
  wanted: 'proposed' | 'applied',
): Promise<void> {
  const outcome = await give(stage, act, person)
  if (!outcome.ok) throw new Error(`${act.command} was refused: ${outcome.error.code}, ${outcome.error.detail}`)
  stage.told.expect(`what ${act.command} by the ${person} person comes to`, outcome.value.outcome, wanted)
}
