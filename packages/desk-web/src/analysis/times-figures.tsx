import type { Analysis, AnalysisTimes } from '@holdfast/schemas'
import { timeLong } from '../components/countdown.tsx'
import { DataTable } from '../components/data-table.tsx'
import { useWords } from '../words/index.ts'
import { timesCsv } from './analysis-csv.ts'
import { Part } from './part.tsx'

const steps = ['verified', 'frozen', 'recovered'] as const

/** How long each step took from the opening, as pillars and as a table. */
export function TimesFigures({ times }: Pick<Analysis, 'times'>) {
  const { now } = useWords()
  return (
    <Part id="times" title={now.times} csv={() => timesCsv(times)}>
      <div className="columns gap-6">
        {steps.map(step => (
          <TimesFigure key={step} name={now.steps[step]} times={times[step]} />
        ))}
      </div>
    </Part>
  )
}

function TimesFigure({ name, times }: { readonly name: string; readonly times: AnalysisTimes }) {
  const words = useWords()
  const { now } = words
  const long = (seconds: number) => timeLong(1000 * seconds, words)
  const { requests, medianSeconds, ninetiethSeconds, boundsSeconds, counts } = times
  const largest = Math.max(1, ...counts.map(count => count ?? 0))
  const rangeName = (range: number): string => {
    const bound = boundsSeconds[range]
    return bound === undefined ? now.beyond(long(boundsSeconds.at(-1) ?? 0)) : now.upTo(long(bound))
  }
  const filled = counts.flatMap((count, range) => (count === 0 ? [] : [{ name: rangeName(range), count }]))
  return (
    <figure className="stack gap-2">
      <figcaption className="cluster baseline spread gap-1 across-3">
        <h3>{name}</h3>
        <span className="quiet small">{requests === null ? now.hidden : now.ofRequests(requests)}</span>
      </figcaption>
      {requests === 0 ? (
        <p className="quiet">{now.noTimes}</p>
      ) : (
        <>
          <dl className="cluster gap-1 across-6">
            {(
              [
                [now.median, medianSeconds],
                [now.ninetieth, ninetiethSeconds],
              ] as const
            ).map(([mark, seconds]) => (
              <div key={mark}>
                <dt className="quiet small">{mark}</dt>
                <dd className="figures strong">{seconds === null ? <span className="quiet small">{now.hidden}</span> : long(seconds)}</dd>
              </div>
            ))}
          </dl>
          <svg className="pillars" viewBox={`0 0 ${10 * counts.length} 60`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
            <line className="ground-line" x1="0" x2={10 * counts.length} y1="59.5" y2="59.5" />
            {counts.map((count, range) => {
              const height = (58 * (count ?? 0)) / largest
              // biome-ignore lint/suspicious/noArrayIndexKey: a range is its number
              return <rect key={range} x={10 * range + 1} y={59 - height} width="8" height={height} />
            })}
          </svg>
          <DataTable
            rows={filled}
            keyOf={range => range.name}
            columns={[
              { name: now.range, is: 'row', cell: range => range.name },
              { name: now.requests, is: 'end', cell: ({ count }) => count ?? <span className="quiet small">{now.hidden}</span> },
            ]}
          />
        </>
      )}
    </figure>
  )
}
