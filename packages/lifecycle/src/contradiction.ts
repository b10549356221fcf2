import type { Command, Refusal } from '@holdfast/schemas'
import { nothing } from './amounts.ts'
import { frozenMinorOf, movedMinorOf } from './context.ts'
import type { RequestSnapshot } from './snapshot.ts'

/** How an institution corrects an earlier answer: the command at the desk, and the answer that becomes it. */
export const correctionHint = 'If an earlier answer was wrong, correct it first with CorrectAnswer, or with an answer of kind corrected'
/** What to do if that answer ended the request. */
export const reopeningHint = 'If a wrong answer ended it, the requesting country or the desk can reopen the request'

/**
 * Why an answer contradicts earlier reports of the institution; undefined if it does not. Checked for commands and not for
 * facts, because older histories have such facts. More money found later is no contradiction: a further `ReportFreeze` ends
 * a shortfall.
 */
export function contradictionOf({ state: { context } }: RequestSnapshot, command: Command): Refusal | undefined {
  if (command.type !== 'holdfast.command.v1.ReportNotFound') return undefined
  if (frozenMinorOf(context) !== nothing) return refused('money of this payment is on hold or was returned')
  // An account may be closed after money left it. A wrong account, or a payment that never arrived, had no money.
  if (movedMinorOf(context) !== nothing && command.data.reason !== 'AC04') return refused('money of this payment has moved onward')
  return undefined
}

const refused = (found: string): Refusal => ({
  code: 'WRONG_STATE',
  message: `${found}, so the payment was found. If no more of it is there, give ReportNoFunds. ${correctionHint}`,
})
