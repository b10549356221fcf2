import type { Phase } from '@holdfast/schemas'

/** A fact, and the states that held after it. */
export interface PathStep {
  readonly sequence: number
  readonly states: readonly string[]
}

/** From which states to which a fact led; without `from` the first one. */
export interface Move {
  readonly sequence: number
  readonly from: readonly string[]
  readonly to: readonly string[]
}

export interface ChartPath {
  readonly moves: readonly Move[]
  readonly here: readonly string[]
  /** Each state that held at some time, the phase of each, and that before the last dot. */
  readonly visited: ReadonlySet<string>
  /** By which facts each arrow between two phases was travelled, such as `received>verified`. */
  readonly arrows: ReadonlyMap<string, readonly number[]>
}

export const phaseOfState = (state: string): Phase => state.split('.')[0] as Phase

/** The way that a request has gone through its chart. */
export function chartPathOf(steps: readonly PathStep[]): ChartPath {
  const moves: Move[] = []
  const visited = new Set<string>()
  const arrows = new Map<string, number[]>()
  let before: readonly string[] = []
  for (const { sequence, states } of steps) {
    const from = before.filter(state => !states.includes(state))
    const to = states.filter(state => !before.includes(state))
    if (from.length > 0 || to.length > 0) moves.push({ sequence, from, to })
    for (const state of states) visited.add(state).add(phaseOfState(state))
    const [was, is] = [before[0], states[0]]
    if (was !== undefined && is !== undefined && phaseOfState(was) !== phaseOfState(is)) {
      const arrow = `${phaseOfState(was)}>${phaseOfState(is)}`
      arrows.set(arrow, [...(arrows.get(arrow) ?? []), sequence])
    }
    before = states
  }
  return { moves, here: before, visited, arrows }
}
