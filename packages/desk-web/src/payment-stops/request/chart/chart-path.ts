import type { Phase } from '@holdfast/payment-stop/language'

/** A fact, and the states after it. */
export interface PathStep {
  readonly sequence: number
  readonly states: readonly string[]
}

/** The state change of a fact; without `from` for the first one. */
export interface Move {
  readonly sequence: number
  readonly from: readonly string[]
  readonly to: readonly string[]
}

export interface ChartPath {
  readonly moves: readonly Move[]
  readonly here: readonly string[]
  /** Each state that was once current, with its phase, the part before the last dot. */
  readonly visited: ReadonlySet<string>
  /** The facts that took each arrow between two phases, such as `received>verified`. */
  readonly arrows: ReadonlyMap<string, readonly number[]>
}

export const phaseOfState = (state: string): Phase => state.split('.')[0] as Phase

/** The path of a request through its chart. */
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
