import type { Command, Refusal } from '@holdfast/schemas'
import { nothing } from './amounts.ts'
import { frozenMinorOf, movedMinorOf } from './context.ts'
import type { RequestSnapshot } from './snapshot.ts'

/** How an institution goes on where its earlier answer was wrong: the command at the desk, and the answer that becomes it. */
export const correctionHint = 'If an earlier answer was wrong, take it back first: CorrectAnswer, or an answer of kind corrected'
/** The same where that answer ended the request. */
export const reopeningHint = 'If a wrong answer ended it, the requesting country or the desk reopens the request'

/**
 * Why an answer contradicts what the institution has reported before; undefined where it does not. Asked of commands and not of facts, as older histories have such answers as facts.
 * More money found later is no contradiction: a further `ReportFreeze` ends a shortfall.
 */
export function contradictionOf({ state: { context } }: RequestSnapshot, command: Command): Refusal | undefined {
  if (command.type !== 'holdfast.command.v1.ReportNotFound') return undefined
  if (frozenMinorOf(context) !== nothing) return refused('money of this payment is held or has come back')
  // An account may be closed after money has left it. A wrong account, or a payment that never came, had none.
  if (movedMinorOf(context) !== nothing && command.data.reason !== 'AC04') return refused('money of this payment has moved onward')
  return undefined
}

const refused = (found: string): Refusal => ({
  code: 'WRONG_STATE',
  message: `${found}, so the payment was found: if no more of it is there, give ReportNoFunds. ${correctionHint}`,
})
