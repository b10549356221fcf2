import type { Analysis, AnalysisTimes } from '@holdfast/payment-stop/language'
import { timeLong } from '../../components/countdown.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { useTranslate } from '../../locales/index.ts'
import { timesCsv } from './analysis-csv.ts'
import { Part } from './part.tsx'

const steps = ['verified', 'frozen', 'recovered'] as const

/** The time of each step since the opening, as columns and as a table. */
export function TimesFigures({ times }: Pick<Analysis, 'times'>) {
  const t = useTranslate()
  return (
    <Part id="times" title={t('now.times')} csv={() => timesCsv(times)}>
      <div className="columns gap-6">
        {steps.map(step => (
          <TimesFigure key={step} name={t(`now.steps.${step}`)} times={times[step]} />
        ))}
      </div>
    </Part>
  )
}

function TimesFigure({ name, times }: { readonly name: string; readonly times: AnalysisTimes }) {
  const t = useTranslate()
  const long = (seconds: number) => timeLong(1000 * seconds, t)
  const { requests, medianSeconds, ninetiethSeconds, boundsSeconds, counts } = times
  const largest = Math.max(1, ...counts.map(count => count ?? 0))
  const rangeName = (range: number): string => {
    const bound = boundsSeconds[range]
    return bound === undefined ? t('now.beyond', { long: long(boundsSeconds.at(-1) ?? 0) }) : t('now.upTo', { long: long(bound) })
  }
  const filled = counts.flatMap((count, range) => (count === 0 ? [] : [{ name: rangeName(range), count }]))
  return (
    <figure className="stack gap-2">
      <figcaption className="cluster baseline spread gap-1 across-3">
        <h3>{name}</h3>
        <span className="quiet small">{requests === null ? t('now.hidden') : t('now.ofRequests', { count: requests })}</span>
      </figcaption>
      {requests === 0 ? (
        <p className="quiet">{t('now.noTimes')}</p>
      ) : (
        <>
          <dl className="cluster gap-1 across-6">
            {(
              [
                [t('now.median'), medianSeconds],
                [t('now.ninetieth'), ninetiethSeconds],
              ] as const
            ).map(([mark, seconds]) => (
              <div key={mark}>
                <dt className="quiet small">{mark}</dt>
                <dd className="figures strong">
                  {seconds === null ? <span className="quiet small">{t('now.hidden')}</span> : long(seconds)}
                </dd>
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
              { name: t('now.range'), is: 'row', cell: range => range.name },
              { name: t('now.requests'), is: 'end', cell: ({ count }) => count ?? <span className="quiet small">{t('now.hidden')}</span> },
            ]}
          />
        </>
      )}
    </figure>
  )
}
