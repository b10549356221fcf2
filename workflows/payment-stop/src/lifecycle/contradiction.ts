import { statesOf } from '@holdfast/core'
import type { Refusal } from '@holdfast/schemas'
import type { Command } from '../language/index.ts'
import { nothing } from './amounts.ts'
import { frozenMinorOf, movedMinorOf } from './context.ts'
import type { RequestSnapshot } from './snapshot.ts'

type ReportNotFound = Extract<Command, { type: 'holdfast.command.v1.ReportNotFound' }>

/** How an institution corrects an earlier answer. */
export const correctionHint = 'If an earlier answer was wrong, correct it first: by an answer of kind corrected, or at the desk'
/** What to do if that answer ended the request. */
export const reopeningHint = 'If a wrong answer ended it, the requesting country or the desk can reopen the request'

/**
 * Why an answer contradicts earlier reports of the institution; undefined if it does not, or if the state allows no such
 * answer. Checked for commands and not for facts, because older histories have such facts. More money found later is no contradiction: a further `ReportFreeze` ends
 * a shortfall.
 */
export function contradictionOf(snapshot: RequestSnapshot, { data }: ReportNotFound): Refusal | undefined {
  const { context } = snapshot.state
  if (!statesOf(snapshot).some(state => state.startsWith('verified') || state === 'frozen.coverage.partial')) return undefined
  if (frozenMinorOf(context) !== nothing) return refused('money of this payment is on hold or was returned')
  // An account may be closed after money left it. A wrong account, or a payment that never arrived, had no money.
  if (movedMinorOf(context) !== nothing && data.reason !== 'AC04') return refused('money of this payment has moved onward')
  return undefined
}

const refused = (found: string): Refusal => ({
  code: 'WRONG_STATE',
  message: `${found}, so the payment was found. If no more of it is there, answer noFunds. ${correctionHint}`,
})
