import { statesOf } from '@holdfast/lifecycle'
import type { Walkable } from './machine.ts'
import type { ModelState } from './model-state.ts'

/** What a step walks: each transition it goes by, with the states that it leaves. In a parallel state one transition has as many turns as there are combinations. */
export const transitionsTaken = (before: ModelState, { taken }: ModelState): readonly string[] =>
  taken.map(transition => `${statesOf(before).join(' + ')} | ${transition}`)

const transitionOf = (turn: string): string => turn.slice(turn.indexOf(' | ') + 3)

/** Only histories of older versions have these facts. The ledger refuses the command that would make one (`contradiction.ts` of the lifecycle). */
const ofOlderHistories: ReadonlySet<string> = new Set(['frozen.coverage.partial: NotFoundReported → stays'])

const walkableTransitions = ({ transitions }: Walkable): readonly string[] =>
  transitions.filter(transition => !ofOlderHistories.has(transition))

/** What a set of ways has walked of a machine. */
export interface Coverage {
  /** `transitions 63 of 63, …` */
  readonly line: string
  /** What they have not, by name. */
  readonly missing: readonly string[]
}

/** Counts what ways, each a list of standings, have walked of all that the model can. */
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

/** Transitions that no turn goes by. */
export const neverTaken = (machine: Walkable, turns: ReadonlySet<string>): readonly string[] => {
  const taken = new Set([...turns].map(transitionOf))
  return walkableTransitions(machine).filter(transition => !taken.has(transition))
}
