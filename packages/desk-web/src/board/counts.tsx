import type { RequestCounts } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get } from '../api/client.ts'
import { timeOf } from '../components/instant.tsx'
import { useTranslate } from '../locales/index.ts'
import { pagesFor } from '../session/pages.ts'
import { useSession } from '../session/use-session.ts'
import { serverNowMs } from '../time/server-time.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'

/** On a busy day, requests of this age are still being processed. */
const behindMinMs = 10_000

/** What needs attention now, in one line. */
export function Counts() {
  const t = useTranslate()
  const who = useSession().data
  const { phases } = usePageWorkflow()
  const openIn = (byPhase: RequestCounts['byPhase']): number =>
    [...phases].reduce((sum, [phase, { isFinal }]) => sum + (isFinal ? 0 : (byPhase[phase] ?? 0)), 0)
  const hasInbox = who && pagesFor(who, t).some(({ path }) => path === '/inbox')
  const { data } = useQuery({ queryKey: ['counts'], queryFn: () => get<RequestCounts>('/v1/requests/counts'), refetchInterval: 60_000 })
  const shownUntilMs = data?.shownUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(data.shownUntil)
  return (
    <ul className="counts cluster across-6">
      {data && (
        <>
          <li className={data.deadlines.passed > 0 ? 'urgent' : undefined}>
            <Link to="/" search={{ sort: 'deadline' }}>
              {t('counts.passed', { count: data.deadlines.passed })}
            </Link>
          </li>
          <li>
            <Link to="/" search={{ sort: 'deadline' }}>
              {t('counts.dueSoon', { count: data.deadlines.within24h })}
            </Link>
          </li>
          {shownUntilMs < serverNowMs() - behindMinMs && (
            <li className="urgent">{t('counts.shownUntil', { time: timeOf(shownUntilMs, t.tag) })}</li>
          )}
          <li>
            {hasInbox ? (
              <Link to="/inbox" search={{ list: 'second' }}>
                {t('counts.proposals', { count: data.proposals })}
              </Link>
            ) : (
              t('counts.proposals', { count: data.proposals })
            )}
          </li>
          <li>{t('counts.open', { count: openIn(data.byPhase) })}</li>
        </>
      )}
    </ul>
  )
}
