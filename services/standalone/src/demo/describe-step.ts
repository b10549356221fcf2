import { type Fact, type FactKind, factKindOf, isFact, type RequestView } from '@holdfast/schemas'
import { describeChange, describeState, formatInstant } from './describe.ts'

/** What a fact comes to: from which state to which, or what happened where the state stays: `frozen 100 %: warned, ends 08 Aug 16:30`. */
export function describeStep(fact: Fact, before: RequestView | undefined, after: RequestView): string {
  const happened = inItsState(fact)
  const stays = before !== undefined && before.states.join() === after.states.join() && describeState(before) === describeState(after)
  return happened !== undefined && stays ? `${describeState(after)}: ${happened}` : describeChange(before, after)
}

const happenings: Readonly<Partial<Record<FactKind, string>>> = {
  ActionProposed: 'proposed by one of two',
  AnswerCorrected: 'an answer was taken back',
  DeadlineReached: 'a deadline has passed',
  FreezeExtended: 'extended',
  InterimReported: 'an interim answer',
  MovedOnwardReported: 'part has moved on',
  OnwardDeclined: 'what moved is not followed',
  OnwardFollowed: 'what moved is to be followed',
}

const inItsState = (fact: Fact): string | undefined =>
  isFact(fact, 'DeadlineReached') && fact.data.about ? `warned, ends ${formatInstant(fact.data.about)}` : happenings[factKindOf(fact)]
