import type { Deadline } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { Fragment } from 'react'
import { getCountry } from '../../api/client.ts'
import { Countdown } from '../../components/countdown.tsx'
import { type DeadlineGroup, groupsOf } from '../../components/deadline-groups.ts'
import { countryName, Instant } from '../../components/instant.tsx'
import { serverNowMs } from '../../time/server-time.ts'
import { useWords } from '../../words/index.ts'
import { calendarSentences, calendarSource, localTime } from './calendar-sentences.ts'

const hourMs = 3_600_000

const useCountry = (country: string) =>
  useQuery({ queryKey: ['country', country], queryFn: () => getCountry(country), staleTime: hourMs, retry: 1 })

interface NextDeadlineProps {
  readonly next: DeadlineGroup
  /** Whose clock and calendar it is counted by: the country where the money is. */
  readonly country: string
}

/** The deadline that is next, counted down in the calendar of the country that has to keep it. */
export function NextDeadline({ next: { deadline, warnings }, country }: NextDeadlineProps) {
  const words = useWords()
  return (
    <div className="next-deadline stack">
      <span className="quiet small">{words.request.nextDeadline}</span>
      <span className="strong">
        {words.deadlines[deadline.kind]} <Countdown dueAt={deadline.dueAt} />
      </span>
      <CalendarLine dueAt={deadline.dueAt} country={country} />
      {warnings[0] && (
        <span className="small">
          {words.deadlines.holdWarning} <Countdown dueAt={warnings[0].dueAt} />
        </span>
      )}
    </div>
  )
}

function CalendarLine({ dueAt, country }: { readonly dueAt: string; readonly country: string }) {
  const words = useWords()
  const { data, isError } = useCountry(country)
  if (isError) return <span className="quiet small">{words.request.calendar.unknown}</span>
  // Keeps its place until the calendar is there.
  if (!data) return <span className="small">&nbsp;</span>
  const name = countryName(country, words)
  return (
    <span className="quiet small">
      {localTime(dueAt, serverNowMs(), data, name, words)}
      {calendarSentences(dueAt, serverNowMs(), data, words).map(({ text, englishName }) => (
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
  /** Of an earlier fact nothing is counted down: its deadlines ran then. */
  readonly isNow: boolean
}

export function DeadlineList({ deadlines, country, isNow }: DeadlineListProps) {
  const words = useWords()
  const { data } = useCountry(country)
  if (deadlines.length === 0) return <p className="quiet">{words.noDeadline}</p>
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
          {words.request.calendar.source}{' '}
          {calendarSource(data, words) ?? (
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
  const words = useWords()
  return (
    <>
      <span className="whole">{words.deadlines[kind]}</span>
      {isNow && <Countdown dueAt={dueAt} />}
      <Instant at={dueAt} />
    </>
  )
}
