import { isDeepStrictEqual } from 'node:util'
import { type AnyState, phaseOf, type Snapshot, UnknownKindError, type Workflow } from '@holdfast/core'
import { chainStart, type LedgerFact, type RefusedCommand } from '@holdfast/schemas'
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

/** A workflow, as far as its facts are derived again. */
export type DerivingWorkflow = Pick<Workflow, 'evolve' | 'evolveByRefusal' | 'resultingStateOf'>

/**
 * Compares the resulting state in each fact with the derived one. Facts that are not the next of their request are left
 * to the chain check. Keeps about 5 kB per request.
 */
export function createOutcomeVerifier({ evolve, evolveByRefusal, resultingStateOf }: DerivingWorkflow) {
  const snapshots = new Map<string, Snapshot<AnyState>>()
  const opaque = new Set<string>()
  const problems: ChainProblem[] = []
  let problemCount = 0
  let proved = 0

  function stepOf(fact: LedgerFact): Snapshot<AnyState> | undefined {
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
    add(fact: LedgerFact, line: number): void {
      const { subject, sequence, data, phase } = fact
      if (opaque.has(subject) || (!snapshots.has(subject) && fact.prevhash !== chainStart)) return
      const snapshot = stepOf(fact)
      if (!snapshot) return
      snapshots.set(subject, snapshot)
      // As it would be stored and read back.
      const derived = JSON.parse(JSON.stringify(resultingStateOf(snapshot))) as StatedState
      const { resultingState: stated } = data as { readonly resultingState?: StatedState }
      const isSame = isDeepStrictEqual(stated, derived) && phaseOf(snapshot.state) === phase
      if (isSame) proved++
      else if (++problemCount <= problemsMax)
        problems.push({
          line,
          requestId: subject,
          message: stated
            ? `fact ${sequence} states the resulting state ${named(stated)}, but it is ${named(derived)}${whatDiffers(stated, derived)}`
            : `fact ${sequence} states no resulting state, but it is ${named(derived)}`,
        })
    },
    addRefused(refused: RefusedCommand): void {
      const { accepted, snapshot } = evolveByRefusal(snapshots.get(refused.subject), refused)
      if (accepted && snapshot) snapshots.set(refused.subject, snapshot)
    },
    finish: (): OutcomeReport => ({ proved, opaque: opaque.size, problems, problemCount }),
  }
}

/** A resulting state. Those of most workflows have the states of the statechart. */
interface StatedState {
  readonly states?: readonly string[]
}
const named = (state: StatedState): string => state.states?.join(', ') ?? JSON.stringify(state)

/** If the states are equal, what else differs. */
function whatDiffers(stated: object, derived: object): string {
  const names = [...new Set([...Object.keys(stated), ...Object.keys(derived)])]
  const differing = names.filter(
    name => !isDeepStrictEqual((stated as Record<string, unknown>)[name], (derived as Record<string, unknown>)[name]),
  )
  return ` (different: ${differing.join(', ') || 'the phase'})`
}
