import type { Fact } from '@holdfast/payment-stop/language'
import { holdPolicy, loadProfiles } from '@holdfast/payment-stop/law'
import {
  evolve,
  evolveSummary,
  type RequestSnapshot,
  type RequestSummary,
  resultingStateOf,
  UnknownKindError,
  viewOf,
  viewOfSummary,
} from '@holdfast/payment-stop/lifecycle'
import { assessText } from '@holdfast/payment-stop/rules'
import { createChainVerifier } from '@holdfast/trust/verify-history'

export * as countries from '@holdfast/countries'
export * as law from '@holdfast/payment-stop/law'
// The code of a page that reads an export. Exports whole modules, so that no use of Node hides in unused functions.
export * as lifecycle from '@holdfast/payment-stop/lifecycle'
export * as rules from '@holdfast/payment-stop/rules'
export * as schemas from '@holdfast/schemas'
export * as chain from '@holdfast/trust/chain'

/**
 * Derives the states of an export, follows it, and checks its chain. Returns each state as JSON, because two realms
 * share no objects.
 */
export function readStream(text: string): string {
  const snapshots = new Map<string, RequestSnapshot>()
  const standings = new Map<string, RequestSummary>()
  /** Requests with an unknown fact: they are followed without a state. */
  const opaque = new Set<string>()
  function evolveNext(fact: Fact): void {
    try {
      const { snapshot } = evolve(snapshots.get(fact.subject), fact)
      if (snapshot) snapshots.set(fact.subject, snapshot)
    } catch (error) {
      if (!(error instanceof UnknownKindError)) throw error
      opaque.add(fact.subject)
    }
  }
  const verifier = createChainVerifier({ strict: true })
  const steps = text
    .split('\n')
    .filter(line => line !== '')
    .map((line, at) => {
      const fact = JSON.parse(line) as Fact
      verifier.add(fact, at + 1)
      const { summary } = evolveSummary(standings.get(fact.subject), fact)
      if (!summary) throw new Error(`line ${at + 1} is not the next fact of its request`)
      standings.set(fact.subject, summary)
      const followed = viewOfSummary(summary)
      if (!opaque.has(fact.subject)) evolveNext(fact)
      const snapshot = snapshots.get(fact.subject)
      return opaque.has(fact.subject) || !snapshot
        ? { followed }
        : { followed, view: viewOf(snapshot), resultingState: resultingStateOf(snapshot) }
    })
  return JSON.stringify({ steps, chain: verifier.finish() })
}

/** The assessment of a request before it is sent. */
export const assessDocument = (text: string, at: string): string =>
  JSON.stringify(assessText(text, { at: new Date(at), profiles: loadProfiles() }))

/** The end of a suspension's hold, which counts working days and so needs the holidays. */
export const suspensionEnd = (country: string, from: string): string =>
  holdPolicy.defaultExpiry(country, 'FIU_SUSPENSION', new Date(from)).toISOString()
