import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate'

export interface ChartState {
  /** `frozen.coverage.full`; empty for the machine, which is the state round all others. */
  readonly path: string
  readonly name: string
  readonly type: AnyStateNode['type']
  /** The path of the state that is entered first; undefined where there is none inside, or all are entered at once. */
  readonly initial: string | undefined
  readonly states: readonly ChartState[]
}

export interface ChartTransition {
  readonly from: string
  /** Empty when the machine moves on without a fact. */
  readonly fact: string
  /** `if …`, `otherwise, if …`, `otherwise`, or empty. */
  readonly condition: string
  /** Empty when the fact is taken and the state stays. */
  readonly to: readonly string[]
}

/** A statechart as far as it can be drawn and told. */
export interface Chart {
  readonly root: ChartState
  /** In the order of the machine. */
  readonly transitions: readonly ChartTransition[]
}

/**
 * Reads a machine. Throws when one of its guards has no words, or when words are kept for a guard that is gone: the page would not say what
 * the machine does.
 */
export function readChart(machine: AnyStateMachine, words: Readonly<Record<string, string>>): Chart {
  const transitions: ChartTransition[] = []
  const told = new Set<string>()

  const visit = (node: AnyStateNode): ChartState => {
    for (const candidates of [...node.transitions.values(), node.always ?? []])
      for (const [place, candidate] of candidates.entries())
        transitions.push({
          from: pathOf(node),
          fact: candidate.eventType,
          condition: conditionOf(candidate, place > 0),
          to: (candidate.target ?? []).map(pathOf),
        })
    const [initial] = node.type === 'compound' ? (node.initial.target ?? []) : []
    return {
      path: pathOf(node),
      name: node.key,
      type: node.type,
      initial: initial && pathOf(initial),
      states: Object.values(node.states).map(visit),
    }
  }

  const conditionOf = ({ guard, source, eventType }: AnyTransitionDefinition, isLater: boolean): string => {
    if (guard === undefined) return isLater ? 'otherwise' : ''
    const name = typeof guard === 'object' ? guard.type : guard
    const asks = typeof name === 'string' ? words[name] : undefined
    if (typeof name !== 'string' || asks === undefined)
      throw new Error(`the guard ${String(name)} of ${eventType} in ${pathOf(source)} has no words in guard-words.ts`)
    told.add(name)
    return `${isLater ? 'otherwise, ' : ''}if ${asks}`
  }

  const root = visit(machine.root)
  if (transitions.some(({ from }) => from === '')) throw new Error('a transition of the machine itself has no state to be drawn from')
  const idle = Object.keys(words).filter(name => !told.has(name))
  if (idle.length > 0) throw new Error(`guard-words.ts has words for ${idle.join(', ')}, which no transition asks`)
  return { root, transitions }
}

const pathOf = (node: AnyStateNode): string => node.path.join('.')

/** A state and all within it, outermost first. */
export const statesWithin = (state: ChartState): readonly ChartState[] => [state, ...state.states.flatMap(statesWithin)]

export function stateAt(chart: Chart, path: string): ChartState {
  const state = statesWithin(chart.root).find(candidate => candidate.path === path)
  if (!state) throw new Error(`the chart has no state ${path}`)
  return state
}

/** Where a state is entered: itself, or the innermost first state of it. A parallel state is entered in all of its parts. */
export function entryOf(chart: Chart, path: string): ChartState {
  const state = stateAt(chart, path)
  return state.initial === undefined ? state : entryOf(chart, state.initial)
}

/** The innermost states that are entered with a state. */
export function innermostEntriesOf(chart: Chart, path: string): readonly string[] {
  const entry = entryOf(chart, path)
  return entry.states.length === 0 ? [entry.path] : entry.states.flatMap(part => innermostEntriesOf(chart, part.path))
}

/** The innermost states that no transition leads to, directly or by the entry of a state round them. */
export function unreachedStates(chart: Chart): readonly string[] {
  const states = statesWithin(chart.root)
  const targets = chart.transitions.flatMap(({ to }) => to)
  // Whoever comes into one part of a parallel state comes into its others too.
  const parallels = states.filter(({ path, type }) => type === 'parallel' && targets.some(target => target.startsWith(`${path}.`)))
  const entered = ['', ...targets, ...parallels.map(({ path }) => path)].flatMap(path => innermostEntriesOf(chart, path))
  return states.flatMap(({ path, states: inside }) => (inside.length === 0 && !entered.includes(path) ? [path] : []))
}
