import type { Command, Refusal } from '@holdfast/schemas'
import { nothing } from './amounts.ts'
import { frozenMinorOf, movedMinorOf } from './context.ts'
import type { RequestSnapshot } from './snapshot.ts'

/**
 * Why an answer contradicts what the institution has reported before; undefined where it does not. Asked of commands and not of facts, as older histories have such answers as facts.
 * More money found later is no contradiction: a further `ReportFreeze` ends a shortfall.
 */
export function contradictionOf({ state: { context } }: RequestSnapshot, command: Command): Refusal | undefined {
  if (command.type !== 'holdfast.command.v1.ReportNotFound') return undefined
  if (frozenMinorOf(context) !== nothing)
    return {
      code: 'WRONG_STATE',
      message: 'money of this payment is held or has come back, so the payment was found: if no more of it is there, give ReportNoFunds',
    }
  // An account may be closed after money has left it. A wrong account, or a payment that never came, had none.
  if (movedMinorOf(context) !== nothing && command.data.reason !== 'AC04')
    return {
      code: 'WRONG_STATE',
      message: 'money of this payment has moved onward, so the payment was found: if no more of it is there, give ReportNoFunds',
    }
  return undefined
}
