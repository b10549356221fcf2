import type { Chart, ChartTransition } from './chart.ts'

/** Longer lines make a drawing wide, shorter ones make it high. */
const columnsMax = 22

/** The lines of a transition's label: the fact, the target if no arrow shows it, and the condition. */
export const labelLines = (transition: ChartTransition): readonly string[] => {
  const { from, fact, condition, to } = transition
  const goal = isInside(transition) ? to.map(path => `leads to ${path.slice(from.length + 1)}`) : []
  return [fact || 'at once', ...goal, ...wrap(condition)]
}

function wrap(text: string): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ').filter(Boolean)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= columnsMax) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}

/** `frozen.coverage.full` as an identifier in a drawing language. */
export const idOf = (path: string): string => path.replaceAll(/\W/g, '_') || 'machine'

export interface Arrow {
  readonly from: string
  readonly to: string
  readonly transitions: readonly ChartTransition[]
}

/** Transitions between the same two states share one arrow, so that their labels are listed below each other. */
export function arrowsOf(chart: Chart): readonly Arrow[] {
  const arrows = new Map<string, Arrow>()
  for (const transition of chart.transitions.filter(candidate => !isInside(candidate)))
    for (const to of transition.to) {
      const { from } = transition
      const known = arrows.get(`${from} ${to}`)?.transitions ?? []
      arrows.set(`${from} ${to}`, { from, to, transitions: [...known, transition] })
    }
  return [...arrows.values()]
}

/**
 * Transitions that are written inside a state, because no arrow can show them: they stay in the state, or lead from all
 * of it into one of its children.
 */
export const writtenIn = (chart: Chart, path: string): readonly ChartTransition[] =>
  chart.transitions.filter(transition => transition.from === path && isInside(transition))

const isInside = ({ from, to }: ChartTransition): boolean => to.every(path => path.startsWith(`${from}.`))
