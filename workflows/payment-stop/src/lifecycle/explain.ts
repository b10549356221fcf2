import { statesOf } from '@holdfast/core'
import type { Refusal } from '@holdfast/schemas'
import { addMinor, exceeds, minorOf, nothing } from './amounts.ts'
import { accountedMinorOf, fitsHistory, isRetained } from './context.ts'
import { correctionHint, reopeningHint } from './contradiction.ts'
import type { StatechartEvent } from './event.ts'
import type { CommandContext } from './snapshot.ts'

/** Reports of an institution on the money, and the final states that such a report can cause. */
const reports: ReadonlySet<StatechartEvent['type']> = new Set([
  'FreezeReported',
  'NoFundsReported',
  'NotFoundReported',
  'MovedOnwardReported',
])
const endedByAnswer = ['closed.noFunds', 'closed.notFound', 'closed.movedOnward'] as const
const noLongerKept = 'the data of this request is no longer retained, because its retention period has ended or its erasure was ordered'

/** Why the statechart refused an event that was permitted and valid. */
export function explain({ snapshot, kind }: CommandContext, event: StatechartEvent): Refusal {
  const { context } = snapshot.state
  const states = statesOf(snapshot)
  const isIn = (...names: string[]) => states.some(state => names.some(name => state.startsWith(name)))
  const where = `(state ${states.join(', ')}, sequence ${snapshot.sequence})`
  switch (event.type) {
    case 'FreezeReported':
    case 'MovedOnwardReported': {
      if (!isIn('verified', 'frozen')) break
      const accounted = accountedMinorOf(context)
      const hint = accounted === nothing ? '' : `. ${correctionHint}`
      if (exceeds(addMinor(accounted, minorOf(event.data.amount) ?? nothing), context.document.requestedMinor ?? nothing))
        return { code: 'AMOUNT_EXCEEDED', message: `the total frozen or moved onward would exceed the requested amount ${where}${hint}` }
      break
    }
    case 'NoFundsReported':
    case 'NotFoundReported':
      if (isIn('frozen.coverage.full'))
        return { code: 'WRONG_STATE', message: `the whole requested amount is on hold or was returned ${where}. ${correctionHint}` }
      break
    case 'ReturnReported':
      if (isIn('frozen.recovery.returning', 'frozen.recovery.partlyReturned'))
        return { code: 'AMOUNT_EXCEEDED', message: `the return with its charges would exceed the amount on hold ${where}` }
      break
    case 'InformationProvided':
      if (isIn('received.awaitingInformation') && event.data.request && !fitsHistory(context, event.data.request))
        return { code: 'AMOUNT_EXCEEDED', message: `the document requests less than was already found, or another currency ${where}` }
      if (isIn('received.awaitingInformation'))
        return { code: 'WRONG_STATE', message: `the rules require a corrected document, so a note is not enough ${where}` }
      if (isIn('verified.awaitingInformation'))
        return {
          code: 'WRONG_STATE',
          message: `an order was sent for this document. Answer with a note, or reopen the request with another document after it has ended ${where}`,
        }
      break
    case 'ChallengeLodged':
      if (isIn('frozen'))
        return {
          code: 'WRONG_STATE',
          message: `a challenge has been open since ${context.challenge?.lodgedAt}. Another one can be lodged once it is decided ${where}`,
        }
      break
    case 'ChallengeDecided':
      if (isIn('frozen')) return { code: 'WRONG_STATE', message: `no challenge is open, so there is none to decide ${where}` }
      break
    case 'FreezeReleased':
      if (isIn('frozen') && context.challenge !== null)
        return {
          code: 'WRONG_STATE',
          message: `a challenge is open. Decide it with DecideChallenge, which releases the money if the holder is right ${where}`,
        }
      break
    case 'ActionProposed':
    case 'ErasureOrdered':
      if (isIn('closed', 'recovered')) return { code: 'WRONG_STATE', message: `${noLongerKept} ${where}` }
      if (kind === 'OrderErasure')
        return {
          code: 'WRONG_STATE',
          message: `an open request cannot be erased. Withdraw, release or close it first ${where}`,
        }
      break
    case 'RequestReopened':
      if (isIn('closed') && !isRetained(context)) return { code: 'WRONG_STATE', message: `${noLongerKept} ${where}` }
      if (isIn('closed'))
        return { code: 'AMOUNT_EXCEEDED', message: `the document requests less than was already found, or another currency ${where}` }
      break
    default:
  }
  const hint = reports.has(event.type) && isIn(...endedByAnswer) ? `. ${reopeningHint}` : ''
  return { code: 'WRONG_STATE', message: `this is not possible in state ${states.join(', ')}, sequence ${snapshot.sequence}${hint}` }
}
