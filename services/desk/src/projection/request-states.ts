import type { AnyState, Snapshot, Workflow } from '@holdfast/core'
import type { LedgerFact } from '@holdfast/schemas'
import type { PageQueue } from '../page-queue.ts'
import type { RequestProjection } from './request-projection.ts'

/** The state of a request as the ledger decides on it. */
export interface RequestState {
  readonly snapshot: Snapshot<AnyState>
  /** The sequence of the fact that has the newest document. */
  readonly documentSequence: number
}

/** Computes and caches the states of requests. */
export interface RequestStates {
  /**
   * Evolves the state by at most `factsPerTurnMax` facts in each turn of the country. Keeps the state, so that the next
   * caller reads new facts only. Returns undefined if the projection has no such request. Throws UnknownKindError for a
   * fact of an unknown kind.
   */
  find(requestId: string, country: string): Promise<RequestState | undefined>
}

/** Facts in one turn: about 2 ms. */
export const factsPerTurnMax = 50
/** Requests whose state is cached. A state has 5 kB, and 150 kB after 900 facts. */
const requestsMax = 200

interface RequestStatesOptions {
  workflowOf(requestId: string): Pick<Workflow, 'documentOf' | 'evolve'>
  readonly views: Pick<RequestProjection, 'factsAfter' | 'summary'>
  readonly turns: PageQueue
}

export function createRequestStates({ workflowOf, views, turns }: RequestStatesOptions): RequestStates {
  const cache = new Map<string, RequestState>()

  /** One turn. Concurrent callers continue from each other's state. */
  function evolveSome(requestId: string): { readonly isDone: boolean; readonly state: RequestState | undefined } {
    const [known, facts] = cachedAndNext(requestId)
    const workflow = workflowOf(requestId)
    let state = known
    for (const fact of facts) {
      const { snapshot } = workflow.evolve(state?.snapshot, fact)
      if (!snapshot) break
      const hasDocument = workflow.documentOf(fact) !== undefined
      state = { snapshot, documentSequence: hasDocument ? fact.sequence : (state?.documentSequence ?? 0) }
    }
    cache.delete(requestId)
    if (state) cache.set(requestId, state)
    for (const oldest of cache.keys()) {
      if (cache.size <= requestsMax) break
      cache.delete(oldest)
    }
    return { isDone: facts.length < factsPerTurnMax, state }
  }

  /** The cached state with the facts after it, or no state if the history in the projection was replaced. */
  function cachedAndNext(requestId: string): readonly [RequestState | undefined, readonly LedgerFact[]] {
    const known = cache.get(requestId)
    if (known) {
      const { sequence, hash } = known.snapshot
      const [last, ...next] = views.factsAfter(requestId, sequence - 1, factsPerTurnMax + 1)
      if (last?.hash === hash) return [known, next]
    }
    return [undefined, views.factsAfter(requestId, 0, factsPerTurnMax)]
  }

  return {
    async find(requestId, country) {
      for (;;) {
        const { isDone, state } = await turns.take(country, () => evolveSome(requestId))
        if (!isDone) continue
        const summary = views.summary(requestId)
        return state && summary && { ...state, snapshot: { ...state.snapshot, refusals: summary.refusals } }
      }
    },
  }
}
