import { evolve, type RequestSnapshot } from '@holdfast/lifecycle'
import { documentOf, type Fact, isKnownFact } from '@holdfast/schemas'
import type { PageQueue } from '../page-queue.ts'
import type { RequestProjection } from './request-projection.ts'

/** The state of a request as the ledger decides on it. */
export interface FoldedRequest {
  readonly snapshot: RequestSnapshot
  /** The sequence of the fact that has the newest document. */
  readonly documentSequence: number
}

/** Runs the statechart over the facts of requests. */
export interface FoldedRequests {
  /**
   * Folds at most `foldedFactsMax` facts in each turn of the country that asks. Keeps the state, so that the next caller folds only new facts.
   * Returns undefined when the view has no such request. Throws UnknownKindError where a fact is of an unknown kind.
   */
  find(requestId: string, country: string): Promise<FoldedRequest | undefined>
}

/** Facts that are folded in one turn: some 2 ms. */
export const foldedFactsMax = 50
/** Requests whose state is kept. A state weighs 5 kB, and with 900 facts 150 kB. */
const requestsMax = 200

interface FoldingOptions {
  readonly views: Pick<RequestProjection, 'factsAfter' | 'standing'>
  readonly turns: PageQueue
}

export function createFoldedRequests({ views, turns }: FoldingOptions): FoldedRequests {
  const kept = new Map<string, FoldedRequest>()

  /** One turn. Concurrent callers go on from each other's state. */
  function foldSome(requestId: string): { readonly isDone: boolean; readonly folded: FoldedRequest | undefined } {
    const [known, facts] = knownAndNext(requestId)
    let folded = known
    for (const fact of facts) {
      const { snapshot } = evolve(folded?.snapshot, fact)
      if (!snapshot) break
      const hasDocument = isKnownFact(fact) && documentOf(fact) !== undefined
      folded = { snapshot, documentSequence: hasDocument ? fact.sequence : (folded?.documentSequence ?? 0) }
    }
    kept.delete(requestId)
    if (folded) kept.set(requestId, folded)
    for (const oldest of kept.keys()) {
      if (kept.size <= requestsMax) break
      kept.delete(oldest)
    }
    return { isDone: facts.length < foldedFactsMax, folded }
  }

  /** The kept state with the facts after it; no state where the view has another history since. */
  function knownAndNext(requestId: string): readonly [FoldedRequest | undefined, readonly Fact[]] {
    const known = kept.get(requestId)
    if (known) {
      const { sequence, hash } = known.snapshot
      const [last, ...next] = views.factsAfter(requestId, sequence - 1, foldedFactsMax + 1)
      if (last?.hash === hash) return [known, next]
    }
    return [undefined, views.factsAfter(requestId, 0, foldedFactsMax)]
  }

  return {
    async find(requestId, country) {
      for (;;) {
        const { isDone, folded } = await turns.take(country, () => foldSome(requestId))
        if (!isDone) continue
        const standing = views.standing(requestId)
        return folded && standing && { ...folded, snapshot: { ...folded.snapshot, refusals: standing.refusals } }
      }
    },
  }
}
