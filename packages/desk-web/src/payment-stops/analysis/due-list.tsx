import type { Analysis } from '@holdfast/payment-stop/language'
import { Link } from '@tanstack/react-router'
import { Arrow } from '../../components/arrow.tsx'
import { Countdown } from '../../components/countdown.tsx'
import { CountryName, Instant } from '../../components/instant.tsx'
import { useTranslate } from '../../locales/index.ts'
import { Amount } from '../money/amount.tsx'
import { dueCsv } from './analysis-csv.ts'
import { Part } from './part.tsx'

/** What has to be done within a day, soonest first. */
export function DueList({ due }: { readonly due: NonNullable<Analysis['ending']> }) {
  const t = useTranslate()
  const { rows, more } = due
  return (
    <Part
      id="ending"
      title={t('now.expiring')}
      className="due-list"
      csv={() => dueCsv(due)}
      aside={<strong className="figures">{rows.length + more}</strong>}
    >
      {rows.length === 0 ? (
        <p className="quiet">{t('now.nothingExpires')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it is scrolled by keys
        <ul aria-labelledby="now-ending" tabIndex={0}>
          {rows.map(row => (
            <li key={row.requestId}>
              <span className="stack gap-0">
                <Countdown dueAt={row.dueAt} /> <span className="quiet small">{t.find(`deadlines.${row.kind}`) ?? row.kind}</span>
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
                    <span className="quiet small">{t('columns.frozen')}</span> <Amount money={row.frozen} />
                  </>
                )}
              </span>
              {row.holdEndsAt && row.kind !== 'holdExpiry' && (
                <span className="quiet small">
                  {t('now.holdEnds')} <Instant at={row.holdEndsAt} />
                </span>
              )}
            </li>
          ))}
        </ul>
      )}
      {more > 0 && (
        <p>
          <Link to="/" search={{ sort: 'deadline' }}>
            {t('now.more', { count: more })}
          </Link>
        </p>
      )}
    </Part>
  )
}
