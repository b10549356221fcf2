import { isDeepStrictEqual } from 'node:util'
import {
  evolve,
  evolveByRefusal,
  phaseOf,
  type RequestSnapshot,
  resultingStateOf,
  UnknownKindError,
} from '@holdfast/payment-stop/lifecycle'
import { chainStart, type Fact, type RefusedCommand, type ResultingState, type UnknownFact } from '@holdfast/schemas'
import type { ChainProblem } from '@holdfast/trust'

export interface OutcomeReport {
  /** Facts whose stated resulting state is the derived one. */
  readonly proved: number
  /** Requests with a fact of an unknown type: nothing is derived from there on. */
  readonly opaque: number
  /** The first thousand. */
  readonly problems: readonly ChainProblem[]
  readonly problemCount: number
}

const problemsMax = 1000

/**
 * Compares the resulting state in each fact with the derived one. Facts that are not the next of their request are left
 * to the chain check. Keeps about 5 kB per request.
 */
export function createOutcomeVerifier() {
  const snapshots = new Map<string, RequestSnapshot>()
  const opaque = new Set<string>()
  const problems: ChainProblem[] = []
  let problemCount = 0
  let proved = 0

  function stepOf(fact: Fact | UnknownFact): RequestSnapshot | undefined {
    try {
      const { accepted, snapshot } = evolve(snapshots.get(fact.subject), fact)
      return accepted ? snapshot : undefined
    } catch (error) {
      if (!(error instanceof UnknownKindError)) throw error
      opaque.add(fact.subject)
      snapshots.delete(fact.subject)
      return undefined
    }
  }

  return {
    add(fact: Fact | UnknownFact, line: number): void {
      const { subject, sequence, data, phase } = fact
      if (opaque.has(subject) || (!snapshots.has(subject) && fact.prevhash !== chainStart)) return
      const snapshot = stepOf(fact)
      if (!snapshot) return
      snapshots.set(subject, snapshot)
      // As it would be stored and read back.
      const derived = JSON.parse(JSON.stringify(resultingStateOf(snapshot))) as ResultingState
      const isSame = isDeepStrictEqual(data.resultingState, derived) && phaseOf(snapshot.state) === phase
      if (isSame) proved++
      else if (++problemCount <= problemsMax)
        problems.push({
          line,
          requestId: subject,
          message: data.resultingState
            ? `fact ${sequence} states the resulting state ${data.resultingState.states.join(', ')}, but it is ${derived.states.join(', ')}${whatDiffers(data.resultingState, derived)}`
            : `fact ${sequence} states no resulting state, but it is ${derived.states.join(', ')}`,
        })
    },
    addRefused(refused: RefusedCommand): void {
      const { accepted, snapshot } = evolveByRefusal(snapshots.get(refused.subject), refused)
      if (accepted && snapshot) snapshots.set(refused.subject, snapshot)
    },
    finish: (): OutcomeReport => ({ proved, opaque: opaque.size, problems, problemCount }),
  }
}

/** If the states are equal, what else differs. */
function whatDiffers(stated: object, derived: object): string {
  const names = [...new Set([...Object.keys(stated), ...Object.keys(derived)])]
  const differing = names.filter(
    name => !isDeepStrictEqual((stated as Record<string, unknown>)[name], (derived as Record<string, unknown>)[name]),
  )
  return ` (different: ${differing.join(', ') || 'the phase'})`
}
