import type { Claim, Validation } from '@holdfast/core'
import type { AppliedFact } from '@holdfast/request-state'
import type { ClaimChange } from '@holdfast/stores'
import type { RequestState } from './state-definition.ts'

type Step = AppliedFact<RequestState>

/** The changes of the claims by facts. */
export interface ClaimChanges {
  /** By a new fact: a request leaves a claim that it no longer makes, and makes the one to assess. */
  of(step: Step): ClaimChange[]
  /**
   * By a past fact: a request makes its claim if the ledger has the result of its assessment. Without a result, it is
   * unknown whether the request is a duplicate.
   */
  restoredBy(step: Step): ClaimChange[]
  /** Empty for a request without a claim. */
  joinOf(request: Pick<Step, 'fact' | 'state'>): ClaimChange[]
}

export function createClaimChanges({ isToBeAssessed, claimOf }: Pick<Validation, 'isToBeAssessed' | 'claimOf'>): ClaimChanges {
  const change = (kind: ClaimChange['kind'], requestId: string, claim: Claim | undefined): ClaimChange[] =>
    claim ? [{ kind, claimKey: claim.key, requestId, country: claim.country }] : []

  const joinOf = ({ fact, state }: Pick<Step, 'fact' | 'state'>) => change('join', fact.subject, claimOf(state.known))

  function leaveOf({ fact, before, state }: Step): ClaimChange[] {
    if (!before || before.assessment === 'ended') return []
    const claim = claimOf(before.known)
    if (state.assessment !== 'ended' && claimOf(state.known)?.key === claim?.key) return []
    return change('leave', fact.subject, claim)
  }

  return {
    of: step => [...leaveOf(step), ...(isToBeAssessed(step.fact) ? joinOf(step) : [])],
    restoredBy: step => [
      ...leaveOf(step),
      ...(step.state.assessment === 'standing' && step.before?.assessment !== 'standing' ? joinOf(step) : []),
    ],
    joinOf,
  }
}
