import { type Chart, type ChartState, type ChartTransition, entryOf, innermostEntriesOf, stateAt } from './chart.ts'
import { type Arrow, arrowsOf, idOf, labelLines, writtenIn } from './labels.ts'

/**
 * A statechart in Graphviz's language. A state with children is a box, parallel regions have dashed boxes, and the initial
 * state has a thick border (UML's dot would cost each box a row). A fact that does not leave a state is written inside it.
 */
export function drawingOf(chart: Chart): string {
  // Graphviz knows the width of Arial without a font file, and free fonts of the same width replace it elsewhere.
  return [
    'digraph lifecycle {',
    '  graph [compound=true, bgcolor=white, fontname="Arial", fontsize=14, nodesep=0.2, ranksep=0.55, pad=0.2]',
    '  node [shape=box, style="rounded,filled", fillcolor=white, color="#33475b", fontname="Arial", fontsize=12, margin="0.2,0.1"]',
    '  edge [color="#55697d", fontname="Arial", fontsize=10, fontcolor="#22303c", arrowsize=0.7]',
    ...inside(chart, chart.root),
    ...arrowsOf(chart).flatMap(shared => arrow(chart, shared)),
    '}',
  ].join('\n')
}

const inside = (chart: Chart, around: ChartState, indent = '  '): readonly string[] =>
  around.states.flatMap(state => (state.states.length === 0 ? [node(chart, state, around, indent)] : box(chart, state, around, indent)))

function node(chart: Chart, state: ChartState, around: ChartState, indent: string): string {
  const width = state.path === around.initial ? ', penwidth=2.5' : ''
  const borders = state.type === 'final' ? ', peripheries=2' : ''
  return `${indent}${idOf(state.path)} [label=${labelOf(chart, state)}${width}${borders}]`
}

const box = (chart: Chart, state: ChartState, around: ChartState, indent: string): readonly string[] => [
  `${indent}subgraph cluster_${idOf(state.path)} {`,
  `${indent}  graph [label=${labelOf(chart, state)}, ${around.type === 'parallel' ? partLook : boxLook}, margin=12]`,
  ...inside(chart, state, `${indent}  `),
  `${indent}}`,
]

const boxLook = 'style="rounded,filled", fillcolor="#f4f7fa", color="#33475b"'
const partLook = 'style="rounded,dashed", color="#8296a9"'

const labelOf = (chart: Chart, { name, path }: ChartState): string => {
  const written = writtenIn(chart, path).map(transition => `<br/><font point-size="10">${lines(transition)}</font>`)
  return `<<b>${name}</b>${written.join('')}>`
}

function arrow(chart: Chart, { from, to, transitions }: Arrow): readonly string[] {
  const ends = { ltail: boxOf(stateAt(chart, from)), lhead: boxOf(entryOf(chart, to)) }
  const start = exit(chart, from)
  const rows = chart.root.states.map(({ path }) => path)
  const [fromRow = '', toRow = ''] = [from, to].map(path => path.split('.')[0])
  // Everything inside a box is drawn below its arrows in, as a drawing side by side would be too wide. An arrow back
  // does not affect the layout.
  const isBack = rows.indexOf(toRow) < rows.indexOf(fromRow)
  const others = isBack || toRow === fromRow ? [] : innermostEntriesOf(chart, toRow).map(idOf)
  const label = `label=<${transitions.map(lines).join('<br/>')}>`
  return [
    `  ${start} -> ${entrance(chart, to)}${boxes(ends, label, ...(isBack ? ['constraint=false'] : []))}`,
    ...others.map(entry => `  ${start} -> ${entry} [style=invis]`),
  ]
}

/** Graphviz connects nodes and cuts the arrow at a box. The arrow enters at the first state inside. */
const entrance = (chart: Chart, path: string): string => idOf(innermostEntriesOf(chart, path)[0] ?? path)

/** The arrow leaves from the state that is furthest from the first, so that its target is drawn below the box. */
function exit(chart: Chart, path: string): string {
  const visited = new Set<string>()
  let furthest = path
  let ring = innermostEntriesOf(chart, path)
  while (ring.length > 0) {
    for (const state of ring) visited.add(state)
    furthest = ring.at(-1) ?? furthest
    const next = chart.transitions.filter(({ from }) => ring.includes(from)).flatMap(({ to }) => to)
    const entered = new Set(next.flatMap(to => innermostEntriesOf(chart, to)))
    ring = [...entered].filter(state => state.startsWith(`${path}.`) && !visited.has(state))
  }
  return idOf(furthest)
}

const boxOf = ({ path, states }: ChartState): string | undefined => (states.length > 0 ? `cluster_${idOf(path)}` : undefined)

const boxes = (ends: { readonly ltail?: string | undefined; readonly lhead?: string | undefined }, ...more: readonly string[]): string => {
  const attributes = [...more, ...Object.entries(ends).flatMap(([name, box]) => (box === undefined ? [] : [`${name}=${box}`]))]
  return attributes.length > 0 ? ` [${attributes.join(', ')}]` : ''
}

const lines = (transition: ChartTransition): string => {
  const [fact, ...condition] = labelLines(transition).map(escaped)
  // Spaces at both ends keep a label off its arrow.
  return [`<b>${fact}</b>`, ...condition].map(line => `&#160;${line}&#160;`).join('<br/>')
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
