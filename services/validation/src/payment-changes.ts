import type { AppliedFact } from '@holdfast/request-state'
import type { Fact } from '@holdfast/schemas'
import type { PaymentChange } from '@holdfast/stores'
import { isToBeAssessed, type RequestState } from './state-definition.ts'

type Step = AppliedFact<RequestState, Fact>

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
  ...(step.state.assessment === 'standing' && step.before?.assessment !== 'standing' ? [joinOf(step)] : []),
]

export const joinOf = ({ fact, state }: Pick<Step, 'fact' | 'state'>): PaymentChange => ({
  kind: 'join',
  paymentKey: state.paymentKey,
  requestId: fact.subject,
  country: state.requestingCountry,
})

function leaveOf({ fact, before, state }: Step): PaymentChange[] {
  if (!before || before.assessment === 'ended') return []
  if (state.assessment !== 'ended' && state.paymentKey === before.paymentKey) return []
  return [{ kind: 'leave', paymentKey: before.paymentKey, requestId: fact.subject, country: before.requestingCountry }]
}
