import type { Figures } from './report.ts'
import type { Spread, Summary } from './summary.ts'

// Bars of the medians, with a line from the least to the most of the rounds. Hand-written SVG: nothing else here draws.

const width = 900
const left = 150
const right = 230
const barHeight = 16
const rowHeight = 24
const headHeight = 46
const scaleWidth = width - left - right
/** Also for the stored figures, of which two rows have encryption. */
const isOurs = (name: string): boolean => /^(embedded|cluster)/.test(name)

interface Bar {
  readonly name: string
  readonly value: Spread
}

interface Chart {
  readonly title: string
  readonly unit: string
  readonly bars: readonly Bar[]
}

/** One chart for each closed loop, and two for the open one. */
export function pictureOf({ at, machine, rounds, summaries }: Figures): string {
  const charts = chartsOf(summaries)
  let top = 64
  const drawn = charts.map(chart => {
    const group = `<g transform="translate(0 ${top})">${drawChart(chart)}</g>`
    top += headHeight + chart.bars.length * rowHeight
    return group
  })
  const what = `${rounds} rounds in turn in one run, ${at.slice(0, 10)}: ${machine.cores} cores (${machine.processor}), ${machine.memoryGb} GB, fsync ${machine.fsyncMs.toFixed(2)} ms. Each step is durable.`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top + 16}" width="${width}" height="${top + 16}" role="img" font-family="system-ui, sans-serif" font-size="13">
<title>One payment stop after the other: lifecycles a second and times to the order of the engine and of what it is held against</title>
<rect width="100%" height="100%" fill="#ffffff"/>
<text x="16" y="28" font-size="17" font-weight="600" fill="#1a2230">One payment stop after the other, from submission to recovery</text>
<text x="16" y="48" fill="#5a6474">${escaped(what)}</text>
${drawn.join('\n')}
</svg>
`
}

function chartsOf(summaries: readonly Summary[]): Chart[] {
  return [...Map.groupBy(summaries, ({ load }) => load)].flatMap(([load, ofLoad]) => {
    // A part with an unmeasured figure has no bar.
    const bars = (value: (summary: Summary) => Spread) =>
      ofLoad.map(summary => ({ name: summary.name, value: value(summary) })).filter(({ value: { median } }) => Number.isFinite(median))
    if (load.startsWith('closed')) return [{ title: load, unit: 'a second', bars: bars(each => each.lifecyclesPerSecond) }]
    return [
      { title: `${load}: from submission to the order, p50`, unit: 'ms', bars: bars(each => each.toOrderP50) },
      { title: `${load}: from submission to the order, p99`, unit: 'ms', bars: bars(each => each.toOrderP99) },
    ]
  })
}

function drawChart({ title, unit, bars }: Chart): string {
  const most = Math.max(...bars.map(({ value }) => value.most), Number.MIN_VALUE)
  const x = (value: number): number => left + (value / most) * scaleWidth
  const rows = bars.map(({ name, value: { median, least, most: highest } }, row) => {
    const y = headHeight - 16 + row * rowHeight
    const middle = y + barHeight / 2
    const figures = `${written(median)} ${unit} (${written(least)}–${written(highest)})`
    return `<text x="${left - 8}" y="${middle + 4}" text-anchor="end" fill="#1a2230">${escaped(name)}</text>
<rect x="${left}" y="${y}" width="${round(x(median) - left)}" height="${barHeight}" rx="2" fill="${isOurs(name) ? '#1f5fbf' : name.includes('pipe') ? '#c9d2de' : '#8a97a8'}"/>
<path d="M${round(x(least))} ${middle}H${round(x(highest))}" stroke="#1a2230" stroke-width="1.5"/>
<text x="${round(x(highest)) + 8}" y="${middle + 4}" fill="#5a6474">${figures}</text>`
  })
  return `<text x="16" y="16" font-weight="600" fill="#1a2230">${escaped(title)}</text>\n${rows.join('\n')}`
}

const round = (value: number): number => Math.round(value * 10) / 10
const written = (value: number): string => (value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en'))
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
