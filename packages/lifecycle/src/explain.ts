import type { CommandKind, Refusal } from '@holdfast/schemas'
import { addMinor, exceeds, minorOf, nothing } from './amounts.ts'
import { accountedMinorOf, fitsHistory, isRetained } from './context.ts'
import { correctionHint, reopeningHint } from './contradiction.ts'
import type { StatechartEvent } from './event.ts'
import type { RequestSnapshot } from './snapshot.ts'
import { statesOf } from './states.ts'

/** What an institution reports of the money, and the ends that such a report may have brought about. */
const reports: ReadonlySet<StatechartEvent['type']> = new Set([
  'FreezeReported',
  'NoFundsReported',
  'NotFoundReported',
  'MovedOnwardReported',
])
const endedByAnswer = ['closed.noFunds', 'closed.notFound', 'closed.movedOnward'] as const
const noLongerKept = 'what was said of this request is no longer kept, as its time is over or its erasure was ordered'

/** Why the statechart refused an event that was allowed and well-formed. */
export function explain(snapshot: RequestSnapshot, kind: CommandKind, event: StatechartEvent): Refusal {
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
        return { code: 'AMOUNT_EXCEEDED', message: `more would be frozen or moved onward than was requested ${where}${hint}` }
      break
    }
    case 'NoFundsReported':
    case 'NotFoundReported':
      if (isIn('frozen.coverage.full'))
        return { code: 'WRONG_STATE', message: `all that was requested is held or has come back ${where}. ${correctionHint}` }
      break
    case 'ReturnReported':
      if (isIn('frozen.recovery.returning', 'frozen.recovery.partlyReturned'))
        return { code: 'AMOUNT_EXCEEDED', message: `more would come back, charges included, than is held ${where}` }
      break
    case 'InformationProvided':
      if (isIn('received.awaitingInformation') && event.data.request && !fitsHistory(context, event.data.request))
        return { code: 'AMOUNT_EXCEEDED', message: `the document asks for less, or in another currency, than was found already ${where}` }
      if (isIn('received.awaitingInformation'))
        return { code: 'WRONG_STATE', message: `the rules asked for a corrected document, and words do not mend it ${where}` }
      if (isIn('verified.awaitingInformation'))
        return {
          code: 'WRONG_STATE',
          message: `an order has gone out on this document: answer in words, or reopen the request with another once it has ended ${where}`,
        }
      break
    case 'ActionProposed':
    case 'ErasureOrdered':
      if (isIn('closed', 'recovered')) return { code: 'WRONG_STATE', message: `${noLongerKept} ${where}` }
      if (kind === 'OrderErasure')
        return {
          code: 'WRONG_STATE',
          message: `the words of a request are erased once it has ended: withdraw, release or close it first ${where}`,
        }
      break
    case 'RequestReopened':
      if (isIn('closed') && !isRetained(context)) return { code: 'WRONG_STATE', message: `${noLongerKept} ${where}` }
      if (isIn('closed'))
        return { code: 'AMOUNT_EXCEEDED', message: `the document asks for less, or in another currency, than was found already ${where}` }
      break
    default:
  }
  const hint = reports.has(event.type) && isIn(...endedByAnswer) ? `. ${reopeningHint}` : ''
  return { code: 'WRONG_STATE', message: `${kind} is not possible in state ${states.join(', ')}, sequence ${snapshot.sequence}${hint}` }
}
