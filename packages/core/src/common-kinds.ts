import { type DestructionCause, factTypePrefix, type LedgerFact } from '@holdfast/schemas'

// Facts that every workflow has under the same kinds.

const isOfKind = ({ type }: Pick<LedgerFact, 'type'>, kind: string): boolean => type === `${factTypePrefix}${kind}`

/** Why a fact requires the destruction of its request's keys; undefined if it does not. */
export function destructionCauseOf(fact: Pick<LedgerFact, 'type' | 'data'>): DestructionCause | undefined {
  if (isOfKind(fact, 'ErasureOrdered')) return 'ERASURE_ORDERED'
  return isOfKind(fact, 'DeadlineReached') && 'kind' in fact.data && fact.data.kind === 'retention' ? 'RETENTION_OVER' : undefined
}

/** The kind of the fact that records a proposal. */
export const proposedFact = 'ActionProposed'
/** Whether a fact records a proposal, which another person must approve. */
export const recordsProposal = (fact: Pick<LedgerFact, 'type'>): boolean => isOfKind(fact, proposedFact)

/** Whether a fact records that the keys were destroyed. */
export const recordsDestruction = (fact: Pick<LedgerFact, 'type'>): boolean => isOfKind(fact, 'KeysDestroyed')
/** Whether a fact records that no copy of the keys is left. */
export const confirmsDestruction = (fact: Pick<LedgerFact, 'type'>): boolean => isOfKind(fact, 'DestructionConfirmed')

/** The order that a fact reports as undelivered; undefined if it reports none. */
export const undeliveredOrderIn = (fact: Pick<LedgerFact, 'type' | 'data'>): string | undefined =>
  isOfKind(fact, 'OrderUndelivered') ? (fact.data as { readonly orderId: string }).orderId : undefined
