import { type CommandKind, dualApprovalOnceFrozen } from '@holdfast/payment-stop/language'
import type { Walkable } from './machine.ts'
import { accepts, type ModelState, nextDeadline } from './model-state.ts'
import { answers } from './moves/answers.ts'
import { beforeTheOrder } from './moves/before-the-order.ts'
import { challenges } from './moves/challenge.ts'
import { dualApproval } from './moves/dual-approval.ts'
import { type Cause, isIn, type Move } from './moves/move.ts'
import { onTheRequestersWord } from './moves/onward.ts'

const passing: Move = {
  type: 'the next deadline passes',
  step(standing) {
    const deadline = nextDeadline(standing)
    if (!deadline) return undefined
    const type = deadline.kind === 'holdExpiry' ? 'HoldExpired' : 'DeadlineReached'
    return { cause: { by: 'the clock', deadline }, body: { type, data: deadline }, actor: 'holdfast/clock/ledger' }
  },
}

/** All possible moves of a request in this model. */
export const moves: readonly Move[] = [...beforeTheOrder, ...answers, ...onTheRequestersWord, ...challenges, ...dualApproval, passing]

type Given = Extract<Cause, { by: 'a person' }>

/** Commands of persons of the two countries that the machine accepts from none of them in this state. */
export function refusedSteps(machine: Walkable, standing: ModelState): readonly Given[] {
  return moves.flatMap(move => {
    const step = move.step(standing, machine)
    if (step?.cause.by !== 'a person' || accepts(machine, standing, step.body, step.actor)) return []
    // With dual approval, the first person's command is a proposal and no refusal.
    const { command } = step.cause
    const needsDualApproval = (dualApprovalOnceFrozen as readonly CommandKind[]).includes(command)
      ? isIn(standing, 'frozen')
      : command === 'OrderErasure'
    return needsDualApproval ? [] : [step.cause]
  })
}
