import type { FoldedFact } from '@holdfast/folds'
import type { PaymentChange } from '@holdfast/stores'
import { isToBeAssessed, type RequestState } from './request-fold.ts'

type Step = FoldedFact<RequestState>

/** What a fact that is new does to the open payments: a request lets go of a payment that it has asked for, and takes up the one that is to be assessed. */
export const claimsOf = (step: Step): PaymentChange[] => [...letGo(step), ...(isToBeAssessed(step.fact) ? [joining(step)] : [])]

/**
 * What a fact of the past does to them: a request takes its payment up where the ledger says what came of its assessment.
 * Of an assessment that the ledger says nothing of yet nobody knows here whether it found a duplicate.
 */
export const restoredBy = (step: Step): PaymentChange[] => [
  ...letGo(step),
  ...(step.state.standing === 'standing' && step.before?.standing !== 'standing' ? [joining(step)] : []),
]

export const joining = ({ fact, state }: Pick<Step, 'fact' | 'state'>): PaymentChange => ({
  kind: 'join',
  paymentKey: state.paymentKey,
  requestId: fact.subject,
  country: state.requestingCountry,
})

function letGo({ fact, before, state }: Step): PaymentChange[] {
  if (!before || before.standing === 'ended') return []
  if (state.standing !== 'ended' && state.paymentKey === before.paymentKey) return []
  return [{ kind: 'leave', paymentKey: before.paymentKey, requestId: fact.subject, country: before.requestingCountry }]
}
