import type { Hold, Moved, RequestContext } from './context.ts'
import { of, type StatechartEvent } from './event.ts'

/** The hold that a correction undoes; undefined where it is about something else, or that hold is there no more. */
export function correctedHold({ holds }: Pick<RequestContext, 'holds'>, event: StatechartEvent): Hold | undefined {
  const { corrects, report } = of(event, 'AnswerCorrected').data
  return corrects === 'frozen' ? holds.find(hold => hold.report === report) : undefined
}

/** The same of money that was said to have moved onward. */
export function correctedMoved({ movedOnward }: Pick<RequestContext, 'movedOnward'>, event: StatechartEvent): Moved | undefined {
  const { corrects, report } = of(event, 'AnswerCorrected').data
  return corrects === 'movedOnward' ? movedOnward.find(moved => moved.report === report) : undefined
}
