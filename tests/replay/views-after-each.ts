import type { Fact, PaymentStopView } from '@holdfast/payment-stop/language'
import { evolve, type RequestSnapshot, viewOf } from '@holdfast/payment-stop/lifecycle'

/**
 * Derives the state of each fact's request after it, from nothing. Throws when a fact is not the next of its request.
 */
export function viewsAfterEach(facts: readonly Fact[]): PaymentStopView[] {
  const snapshots = new Map<string, RequestSnapshot>()
  return facts.map(fact => {
    const { accepted, snapshot } = evolve(snapshots.get(fact.subject), fact)
    if (!accepted || !snapshot) throw new Error(`fact ${fact.sequence} of ${fact.subject} was not accepted`)
    snapshots.set(fact.subject, snapshot)
    return viewOf(snapshot)
  })
}
