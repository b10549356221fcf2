import type { FoldedFact } from '@holdfast/folds'
import type { PaymentChange } from '@holdfast/stores'
import { isToBeAssessed, type RequestState } from './request-fold.ts'

type Step = FoldedFact<RequestState>

/**
 * The changes of a new fact to the open payments: a request leaves a payment that it no longer requests, and joins the
 * one to assess.
 */
export const claimsOf = (step: Step): PaymentChange[] => [...leaveOf(step), ...(isToBeAssessed(step.fact) ? [joinOf(step)] : [])]

/**
 * The changes of a past fact: a request joins its payment if the ledger has the result of its assessment. Without a
 * result, it is unknown whether the request is a duplicate.
 */
export const restoredBy = (step: Step): PaymentChange[] => [
  ...leaveOf(step),
  ...(step.state.standing === 'standing' && step.before?.standing !== 'standing' ? [joinOf(step)] : []),
]

export const joinOf = ({ fact, state }: Pick<Step, 'fact' | 'state'>): PaymentChange => ({
  kind: 'join',
  paymentKey: state.paymentKey,
  requestId: fact.subject,
  country: state.requestingCountry,
})

function leaveOf({ fact, before, state }: Step): PaymentChange[] {
  if (!before || before.standing === 'ended') return []
  if (state.standing !== 'ended' && state.paymentKey === before.paymentKey) return []
  return [{ kind: 'leave', paymentKey: before.paymentKey, requestId: fact.subject, country: before.requestingCountry }]
}
