import type { Analysis, DeadlineKind } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { Arrow } from '../components/arrow.tsx'
import { Countdown } from '../components/countdown.tsx'
import { CountryName, Instant } from '../components/instant.tsx'
import { Amount } from '../money/amount.tsx'
import { useWords } from '../words/index.ts'
import { lapsingCsv } from './analysis-csv.ts'
import { Part } from './part.tsx'

/** What has to be done within a day, soonest first. */
export function LapsingList({ lapsing }: { readonly lapsing: NonNullable<Analysis['lapsing']> }) {
  const words = useWords()
  const { now } = words
  const { rows, more } = lapsing
  return (
    <Part
      id="lapsing"
      title={now.lapsing}
      className="lapsing"
      csv={() => lapsingCsv(lapsing)}
      beside={<strong className="figures">{rows.length + more}</strong>}
    >
      {rows.length === 0 ? (
        <p className="quiet">{now.nothingLapses}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
        <ul aria-labelledby="now-lapsing" tabIndex={0}>
          {rows.map(row => (
            <li key={row.requestId}>
              <span className="stack gap-0">
                <Countdown dueAt={row.dueAt} /> <span className="quiet small">{words.deadlines[row.kind as DeadlineKind] ?? row.kind}</span>
              </span>
              <Link to="/requests/$id" params={{ id: row.requestId }} className="row-link">
                <bdi>{row.caseReference}</bdi>
              </Link>
              <span>
                <CountryName code={row.requestingCountry} /> <Arrow /> <CountryName code={row.beneficiaryCountry} />
              </span>
              <span className="end">
                {row.frozen && Number(row.frozen.value) > 0 && (
                  <>
                    <span className="quiet small">{words.columns.held}</span> <Amount money={row.frozen} />
                  </>
                )}
              </span>
              {row.holdEndsAt && row.kind !== 'holdExpiry' && (
                <span className="quiet small">
                  {now.holdEnds} <Instant at={row.holdEndsAt} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {more > 0 && (
        <p>
          <Link to="/" search={{ sort: 'deadline' }}>
            {now.more(more)}
          </Link>
        </p>
      )}
    </Part>
  )
}
