import { isDeepStrictEqual } from 'node:util'
import { evolve, evolveByRefusal, phaseOf, type RequestSnapshot, resultingStateOf, UnknownKindError } from '@holdfast/lifecycle'
import { chainStart, type Fact, type RefusedCommand, type ResultingState, type UnknownFact } from '@holdfast/schemas'
import type { ChainProblem } from '@holdfast/trust'

export interface OutcomeReport {
  /** Facts that say what they led to, and folding gives the same. */
  readonly proved: number
  /** Requests with a fact of a kind that this version does not know: from there on nothing is folded. */
  readonly opaque: number
  /** The first thousand. */
  readonly problems: readonly ChainProblem[]
  readonly problemCount: number
}

const problemsMax = 1000

/** Holds what each fact says that it led to against what folding gives. Facts that are not the next of their request are left to who checks the chain. Keeps some 5 kB a request. */
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
      // As it would be written and read.
      const folded = JSON.parse(JSON.stringify(resultingStateOf(snapshot))) as ResultingState
      const isSame = isDeepStrictEqual(data.ledTo, folded) && phaseOf(snapshot.state) === phase
      if (isSame) proved++
      else if (++problemCount <= problemsMax)
        problems.push({
          line,
          requestId: subject,
          message: data.ledTo
            ? `fact ${sequence} says that it led to ${data.ledTo.states.join(', ')}, and folding gives ${folded.states.join(', ')}${whatDiffers(data.ledTo, folded)}`
            : `fact ${sequence} does not say what it led to, and folding gives ${folded.states.join(', ')}`,
        })
    },
    addRefused(refused: RefusedCommand): void {
      const { accepted, snapshot } = evolveByRefusal(snapshots.get(refused.subject), refused)
      if (accepted && snapshot) snapshots.set(refused.subject, snapshot)
    },
    finish: (): OutcomeReport => ({ proved, opaque: opaque.size, problems, problemCount }),
  }
}

/** Where the states are the same, what else differs. */
function whatDiffers(stated: object, folded: object): string {
  const names = [...new Set([...Object.keys(stated), ...Object.keys(folded)])]
  const differing = names.filter(
    name => !isDeepStrictEqual((stated as Record<string, unknown>)[name], (folded as Record<string, unknown>)[name]),
  )
  return ` (different: ${differing.join(', ') || 'the phase'})`
}
