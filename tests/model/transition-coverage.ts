import { statesOf } from '@holdfast/payment-stop/lifecycle'
import type { Walkable } from './machine.ts'
import type { ModelState } from './model-state.ts'

/**
 * The turns of a step: each of its transitions with the states that it leaves. In a parallel state a transition has a
 * turn for each combination.
 */
export const transitionsTaken = (before: ModelState, { taken }: ModelState): readonly string[] =>
  taken.map(transition => `${statesOf(before).join(' + ')} | ${transition}`)

const transitionOf = (turn: string): string => turn.slice(turn.indexOf(' | ') + 3)

/**
 * Facts of older versions only. The ledger refuses the command that would cause one (`contradiction.ts` of the
 * lifecycle).
 */
const ofOlderHistories: ReadonlySet<string> = new Set(['frozen.coverage.partial: NotFoundReported → stays'])

const walkableTransitions = ({ transitions }: Walkable): readonly string[] =>
  transitions.filter(transition => !ofOlderHistories.has(transition))

/** What a set of paths has walked of a machine. */
export interface Coverage {
  /** `transitions 63 of 63, …` */
  readonly line: string
  /** The names of what they have not walked. */
  readonly missing: readonly string[]
}

/** Counts what paths, each a list of states, have walked of the whole model. */
export function coverageOf(
  machine: Walkable,
  possible: ReadonlySet<string>,
  start: ModelState,
  ways: readonly (readonly ModelState[])[],
): Coverage {
  const turns = new Set<string>()
  const states = new Set<string>(statesOf(start))
  for (const way of ways)
    for (const [index, standing] of way.entries()) {
      for (const turn of transitionsTaken(way[index - 1] ?? start, standing)) turns.add(turn)
      for (const state of statesOf(standing)) states.add(state)
    }
  const transitions = new Set([...turns].map(transitionOf))
  const count = (seen: ReadonlySet<string>, all: Iterable<string>) => {
    const wanted = [...all]
    return { missing: wanted.filter(one => !seen.has(one)), words: `${wanted.filter(one => seen.has(one)).length} of ${wanted.length}` }
  }
  const counts = {
    transitions: count(transitions, walkableTransitions(machine)),
    turns: count(turns, possible),
    states: count(states, machine.states),
  }
  const steps = ways.reduce((sum, { length }) => sum + length, 0)
  return {
    line: `transitions ${counts.transitions.words} (with the states they leave: ${counts.turns.words}), states ${counts.states.words}, ${ways.length} paths, ${steps} steps`,
    missing: Object.values(counts).flatMap(({ missing }) => missing),
  }
}

/** Transitions without a turn. */
export const neverTaken = (machine: Walkable, turns: ReadonlySet<string>): readonly string[] => {
  const taken = new Set([...turns].map(transitionOf))
  return walkableTransitions(machine).filter(transition => !taken.has(transition))
}
