import './jitless.ts'
import { consequenceIdOf, type LedgerFact } from '@holdfast/schemas'
import { createChainVerifier } from '@holdfast/trust/verify-history'

// The engine's own hash chain. The page fetches it once, when a request is opened.

export interface ChainCheck {
  /** Facts with a correct hash that continue the one before. */
  readonly facts: number
  readonly problems: number
}

/** Facts that are hashed before the page may do other work: about 5 ms. */
const factsAtOnce = 50

/** Checks each hash, and that each fact continues the one before. */
export async function checkChain(facts: readonly LedgerFact[]): Promise<ChainCheck> {
  const verifier = createChainVerifier({ strict: true })
  for (const [at, fact] of facts.entries()) {
    if (at > 0 && at % factsAtOnce === 0) await new Promise(resolve => setTimeout(resolve))
    verifier.add(fact, at + 1)
  }
  const report = verifier.finish()
  return { facts: report.facts, problems: report.problemCount }
}

/**
 * The sequence of the fact that caused each order, by order id: an id is derived from its fact, and no fact causes two
 * orders.
 */
export const orderCauses = (facts: readonly LedgerFact[]): ReadonlyMap<string, number> =>
  new Map(facts.map(({ id, subject, sequence }) => [consequenceIdOf('order', subject, id), sequence]))
