import type { Chart, ChartTransition } from './chart.ts'

/** Longer lines make a drawing wide, shorter ones make it high. */
const columnsMax = 22

/** A transition as the lines of its label: the fact, where it leads if no arrow says so, then its condition. */
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

/** `frozen.coverage.full` as a name that drawing languages take. */
export const idOf = (path: string): string => path.replaceAll(/\W/g, '_') || 'machine'

export interface Arrow {
  readonly from: string
  readonly to: string
  readonly transitions: readonly ChartTransition[]
}

/** Transitions between the same two states share one arrow, so that their labels stand under each other. */
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

/** The transitions that are written in a state: they leave it as it is, or lead from all of it into a part of it, which no arrow can show. */
export const writtenIn = (chart: Chart, path: string): readonly ChartTransition[] =>
  chart.transitions.filter(transition => transition.from === path && isInside(transition))

const isInside = ({ from, to }: ChartTransition): boolean => to.every(path => path.startsWith(`${from}.`))
