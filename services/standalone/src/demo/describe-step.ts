import type { PaymentStopView } from '@holdfast/payment-stop/language'
import { type Fact, type FactKind, factKindOf, isFact } from '@holdfast/payment-stop/language'
import { describeChange, describeState, formatInstant } from './describe.ts'

/**
 * Describes a fact by its change of state, or by what happened if the state stays: `frozen 100 %: warned, ends 08 Aug
 * 16:30`.
 */
export function describeStep(fact: Fact, before: PaymentStopView | undefined, after: PaymentStopView): string {
  const stays = before !== undefined && before.states.join() === after.states.join() && describeState(before) === describeState(after)
  return stays ? `${describeState(after)}: ${descriptionOf(fact)}` : describeChange(before, after)
}

const descriptions: Readonly<Partial<Record<FactKind, string>>> = {
  ActionProposed: 'proposed, awaits approval',
  AnswerCorrected: 'answer corrected',
  DeadlineReached: 'deadline expired',
  FreezeExtended: 'extended',
  MovedOnwardReported: 'part moved onward',
  OnwardDeclined: 'onward request declined',
  OnwardFollowed: 'onward request approved',
}

const descriptionOf = (fact: Fact): string =>
  isFact(fact, 'DeadlineReached') && fact.data.about
    ? `warned, ends ${formatInstant(fact.data.about)}`
    : (descriptions[factKindOf(fact)] ?? kindInWords(factKindOf(fact)))

/** `OrderUndelivered` as `order undelivered`. */
const kindInWords = (kind: FactKind): string => kind.replace(/(?<!^)(?=[A-Z])/g, ' ').toLowerCase()
