import type { Chart, ChartState, ChartTransition } from './chart.ts'
import { arrowsOf, idOf, labelLines, writtenIn } from './labels.ts'

/** A statechart as a Mermaid stateDiagram-v2, which GitHub renders. */
export const mermaidOf = (chart: Chart): string =>
  [
    'stateDiagram-v2',
    ...inside(chart, chart.root, '  '),
    ...arrowsOf(chart).map(({ from, to, transitions }) => `  ${idOf(from)} --> ${idOf(to)} : ${lines(transitions)}`),
  ].join('\n')

const inside = (chart: Chart, { initial, states, type }: ChartState, indent: string): readonly string[] => [
  ...(initial === undefined ? [] : [`${indent}[*] --> ${idOf(initial)}`]),
  ...states.flatMap((state, place) => [
    ...(type === 'parallel' && place > 0 ? [`${indent}--`] : []),
    ...declared(chart, state, indent),
    ...(state.type === 'final' ? [`${indent}${idOf(state.path)} --> [*]`] : []),
  ]),
]

/**
 * A fact that does not leave a state is listed under its name, because Mermaid draws self-transitions over each other.
 */
function declared(chart: Chart, state: ChartState, indent: string): readonly string[] {
  const written = writtenIn(chart, state.path)
  const text = [state.name, ...(written.length > 0 ? [lines(written)] : [])].join('<br/>')
  const opening = `${indent}state "${text}" as ${idOf(state.path)}`
  return state.states.length === 0 ? [opening] : [`${opening} {`, ...inside(chart, state, `${indent}  `), `${indent}}`]
}

const lines = (transitions: readonly ChartTransition[]): string => transitions.flatMap(labelLines).join('<br/>')
