import type { Deadline } from '@holdfast/payment-stop/language'
import { useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { getCountry } from '../../../api/client.ts'
import { Countdown } from '../../../components/countdown.tsx'
import { countryName, Instant } from '../../../components/instant.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { serverNowMs } from '../../../time/server-time.ts'
import { type DeadlineGroup, groupsOf } from '../../deadlines/deadline-groups.ts'
import { calendarSentences, calendarSource, localTime } from './calendar-sentences.ts'

const hourMs = 3_600_000

const useCountry = (country: string) =>
  useQuery({ queryKey: ['country', country], queryFn: () => getCountry(country), staleTime: hourMs, retry: 1 })

interface NextDeadlineProps {
  readonly next: DeadlineGroup
  /** The country whose clock and calendar count: the beneficiary country. */
  readonly country: string
}

/** The next deadline, counted down in the calendar of the country that must meet it. */
export function NextDeadline({ next: { deadline, warnings }, country }: NextDeadlineProps) {
  const t = useTranslate()
  return (
    <div className="next-deadline stack">
      <span className="quiet small">{t('request.nextDeadline')}</span>
      <span className="strong">
        {t(`deadlines.${deadline.kind}`)} <Countdown dueAt={deadline.dueAt} />
      </span>
      <CalendarLine dueAt={deadline.dueAt} country={country} />
      {warnings[0] && (
        <span className="small">
          {t('deadlines.holdWarning')} <Countdown dueAt={warnings[0].dueAt} />
        </span>
      )}
    </div>
  )
}

function CalendarLine({ dueAt, country }: { readonly dueAt: string; readonly country: string }) {
  const t = useTranslate()
  const { data, isError } = useCountry(country)
  if (isError) return <span className="quiet small">{t('request.calendar.unknown')}</span>
  // Keeps its place until the calendar is there.
  if (!data) return <span className="small">&nbsp;</span>
  const name = countryName(country, t)
  return (
    <span className="quiet small">
      {localTime(dueAt, serverNowMs(), data, name, t)}
      {calendarSentences(dueAt, serverNowMs(), data, t).map(({ text, englishName }) => (
        <Fragment key={text}>
          {' · '}
          {text}
          {englishName && (
            <>
              {' '}
              (
              <bdi lang="en" dir="ltr">
                {englishName}
              </bdi>
              )
            </>
          )}
        </Fragment>
      ))}
    </span>
  )
}

interface DeadlineListProps {
  readonly deadlines: readonly Deadline[]
  readonly country: string
  /** No countdown at an earlier fact: its deadlines ran then. */
  readonly isNow: boolean
}

export function DeadlineList({ deadlines, country, isNow }: DeadlineListProps) {
  const t = useTranslate()
  const { data } = useCountry(country)
  if (deadlines.length === 0) return <p className="quiet">{t('noDeadline')}</p>
  return (
    <>
      <ul className="stack">
        {groupsOf(deadlines).map(({ deadline, warnings }) => (
          <li key={`${deadline.kind} ${deadline.dueAt}`} className="cluster top spread gap-1 across-3">
            <Line deadline={deadline} isNow={isNow} />
            {warnings.length > 0 && (
              <ul className="indent stack gap-2 whole small">
                {warnings.map(warning => (
                  <li key={warning.dueAt} className="cluster top spread gap-1 across-3">
                    <Line deadline={warning} isNow={isNow} />
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
      {data && (
        <p className="quiet small">
          {t('request.calendar.source')}{' '}
          {calendarSource(data, t) ?? (
            <bdi lang="en" dir="ltr">
              {data.source}
            </bdi>
          )}
        </p>
      )}
    </>
  )
}

function Line({ deadline: { kind, dueAt }, isNow }: { readonly deadline: Deadline; readonly isNow: boolean }) {
  const t = useTranslate()
  return (
    <>
      <span className="whole">{t(`deadlines.${kind}`)}</span>
      {isNow && <Countdown dueAt={dueAt} />}
      <Instant at={dueAt} />
    </>
  )
}
