import type { FoldDefinition } from '@holdfast/folds'
import { isNext, type Position } from '@holdfast/lifecycle'
import { paymentKeyOf } from '@holdfast/rules'
import { type Fact, isFact } from '@holdfast/schemas'

/** The little that validation remembers of a request: its place in the history, and the payment it stands for. */
export interface PaymentState extends Position {
  readonly paymentKey: string | null
}

export const paymentFold: FoldDefinition<PaymentState> = {
  fold(state, fact) {
    if (!isNext(state, fact)) return { accepted: false, state }
    return { accepted: true, state: { sequence: fact.sequence, hash: fact.hash, paymentKey: keyAfter(state, fact) } }
  },
  serialize: state => JSON.stringify(state),
  parse: text => JSON.parse(text) as PaymentState,
}

function keyAfter(state: PaymentState | undefined, fact: Fact): string | null {
  if (isFact(fact, 'RequestOpened') || isFact(fact, 'InformationProvided')) return paymentKeyOf(fact.data.request)
  // Once a request has ended, its payment can be asked for again.
  return fact.phase === 'closed' || fact.phase === 'recovered' ? null : (state?.paymentKey ?? null)
}
