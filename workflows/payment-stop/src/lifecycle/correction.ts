import { statesOf } from '@holdfast/core'
import { officeOf, type Refusal } from '@holdfast/schemas'
import type { Command } from '../language/index.ts'
import { moneyOf } from './amounts.ts'
import { reopeningHint } from './contradiction.ts'
import type { Body } from './fact-body.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { hasEnded, phaseOf } from './states.ts'

type CorrectAnswer = Extract<Command, { type: 'holdfast.command.v1.CorrectAnswer' }>

/**
 * The correction of an answer, with the number of the fact that reported it; or why the answer can no longer be
 * corrected.
 */
export function corrected(snapshot: RequestSnapshot, { data }: CorrectAnswer): Body | Refusal {
  const { corrects } = data
  if (hasEnded(phaseOf(snapshot.state))) return refused(`the request has ended. ${reopeningHint}`)
  if (corrects === 'frozen') return correctedFreeze(snapshot, data)
  if (corrects === 'movedOnward') return correctedMove(snapshot, data)
  const { shortfall } = snapshot.state.context
  const isMeant =
    shortfall && (shortfall.reason === 'AM04') === (corrects === 'noFunds') && (data.report ?? shortfall.report) === shortfall.report
  if (!isMeant) return refused('there is no report of missing funds to correct')
  return { type: 'AnswerCorrected', data: { ...data, report: shortfall.report } }
}

function correctedFreeze(snapshot: RequestSnapshot, data: CorrectAnswer['data']): Body | Refusal {
  const { document, holds } = snapshot.state.context
  const hold = data.report === undefined ? holds.at(-1) : holds.find(({ report }) => report === data.report)
  if (!hold) return refused('there is no such hold: it was released, has expired or was returned')
  const states = statesOf(snapshot)
  if (!states.includes('frozen.recovery.idle')) return refused('the return of the hold has begun, so the answer cannot be corrected')
  if (!states.includes('frozen.mandate.provisional') || hold.extendedTimes > 0)
    return refused('an authority has confirmed or extended the hold, so only its release can end it')
  return { type: 'AnswerCorrected', data: { ...data, report: hold.report, amount: moneyOf(document.currency, hold.amountMinor) } }
}

function correctedMove(snapshot: RequestSnapshot, data: CorrectAnswer['data']): Body | Refusal {
  const { document, movedOnward } = snapshot.state.context
  const moved = data.report === undefined ? movedOnward.at(-1) : movedOnward.find(({ report }) => report === data.report)
  if (!moved) return refused('there is no such report of money moved onward')
  if (officeOf(moved.institution) !== officeOf(document.institution))
    return refused('this report is from the former institution of the request')
  if (moved.childRequestId !== null)
    return refused(`request ${moved.childRequestId} already follows this money. Withdraw that request first`)
  return { type: 'AnswerCorrected', data: { ...data, report: moved.report, amount: moneyOf(document.currency, moved.amountMinor) } }
}

const refused = (message: string): Refusal => ({ code: 'WRONG_STATE', message })
