import type { Hold, Moved, RequestContext } from './context.ts'
import { asEvent, type StatechartEvent } from './event.ts'

/** The hold that a correction undoes; undefined if the correction concerns another answer, or the hold has ended. */
export function correctedHold({ holds }: Pick<RequestContext, 'holds'>, event: StatechartEvent): Hold | undefined {
  const { corrects, report } = asEvent<'AnswerCorrected'>(event).data
  return corrects === 'frozen' ? holds.find(hold => hold.report === report) : undefined
}

/** The report of money moved onward that a correction undoes; undefined if there is none. */
export function correctedMoved({ movedOnward }: Pick<RequestContext, 'movedOnward'>, event: StatechartEvent): Moved | undefined {
  const { corrects, report } = asEvent<'AnswerCorrected'>(event).data
  return corrects === 'movedOnward' ? movedOnward.find(moved => moved.report === report) : undefined
}
