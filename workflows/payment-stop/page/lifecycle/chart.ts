import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate'

export interface ChartState {
  /** Such as `frozen.coverage.full`; empty for the machine itself, which contains all other states. */
  readonly path: string
  readonly name: string
  readonly type: AnyStateNode['type']
  /** The path of the initial state; undefined for a state without children, and for a parallel one. */
  readonly initial: string | undefined
  readonly states: readonly ChartState[]
}

export interface ChartTransition {
  readonly from: string
  /** Empty for a transition without a fact. */
  readonly fact: string
  /** `if …`, `otherwise, if …`, `otherwise`, or empty. */
  readonly condition: string
  /** Empty if the fact does not leave the state. */
  readonly to: readonly string[]
}

/** The parts of a statechart that the page shows. */
export interface Chart {
  readonly root: ChartState
  /** In the order of the machine's configuration. */
  readonly transitions: readonly ChartTransition[]
}

/**
 * Reads a machine. Throws if a guard has no text, or a text has no guard, since the page would then not match the machine.
 */
export function readChart(machine: AnyStateMachine, texts: Readonly<Record<string, string>>): Chart {
  const transitions: ChartTransition[] = []
  const described = new Set<string>()

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
    const asks = typeof name === 'string' ? texts[name] : undefined
    if (typeof name !== 'string' || asks === undefined)
      throw new Error(`the guard ${String(name)} of ${eventType} in ${pathOf(source)} has no text in guard-texts.ts`)
    described.add(name)
    return `${isLater ? 'otherwise, ' : ''}if ${asks}`
  }

  const root = visit(machine.root)
  if (transitions.some(({ from }) => from === '')) throw new Error('a transition of the machine itself has no state to start from')
  const idle = Object.keys(texts).filter(name => !described.has(name))
  if (idle.length > 0) throw new Error(`guard-texts.ts has entries for ${idle.join(', ')}, which no transition uses`)
  return { root, transitions }
}

const pathOf = (node: AnyStateNode): string => node.path.join('.')

/** A state and all states inside it, outermost first. */
export const statesWithin = (state: ChartState): readonly ChartState[] => [state, ...state.states.flatMap(statesWithin)]

export function stateAt(chart: Chart, path: string): ChartState {
  const state = statesWithin(chart.root).find(candidate => candidate.path === path)
  if (!state) throw new Error(`the chart has no state ${path}`)
  return state
}

/** The initial state of a path: the innermost one. For a parallel state, the state itself. */
export function entryOf(chart: Chart, path: string): ChartState {
  const state = stateAt(chart, path)
  return state.initial === undefined ? state : entryOf(chart, state.initial)
}

/** The innermost states that are entered together with a state. */
export function innermostEntriesOf(chart: Chart, path: string): readonly string[] {
  const entry = entryOf(chart, path)
  return entry.states.length === 0 ? [entry.path] : entry.states.flatMap(part => innermostEntriesOf(chart, part.path))
}

/** The innermost states that no transition enters, directly or through the entry of a state around them. */
export function unreachedStates(chart: Chart): readonly string[] {
  const states = statesWithin(chart.root)
  const targets = chart.transitions.flatMap(({ to }) => to)
  // Entering one region of a parallel state enters its other regions too.
  const parallels = states.filter(({ path, type }) => type === 'parallel' && targets.some(target => target.startsWith(`${path}.`)))
  const entered = ['', ...targets, ...parallels.map(({ path }) => path)].flatMap(path => innermostEntriesOf(chart, path))
  return states.flatMap(({ path, states: inside }) => (inside.length === 0 && !entered.includes(path) ? [path] : []))
}
