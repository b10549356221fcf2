import type { RequestCounts } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get } from '../api/client.ts'
import { timeOf } from '../components/instant.tsx'
import { pagesFor } from '../session/pages.ts'
import { useSession } from '../session/use-session.ts'
import { serverNowMs } from '../time/server-time.ts'
import { useWords } from '../words/index.ts'

/** What came within so long is on its way at any moment of a busy day. */
const behindMinMs = 10_000

/** What needs somebody now, in one line. */
export function Counts() {
  const words = useWords()
  const { counts, tag } = words
  const who = useSession().data
  const hasInbox = who && pagesFor(who, words).some(({ path }) => path === '/inbox')
  const { data } = useQuery({ queryKey: ['counts'], queryFn: () => get<RequestCounts>('/v1/requests/counts'), refetchInterval: 60_000 })
  const shownUntilMs = data?.shownUntil === undefined ? Number.POSITIVE_INFINITY : Date.parse(data.shownUntil)
  return (
    <ul className="counts cluster across-6">
      {data && (
        <>
          <li className={data.deadlines.passed > 0 ? 'urgent' : undefined}>
            <Link to="/" search={{ sort: 'deadline' }}>
              {counts.passed(data.deadlines.passed)}
            </Link>
          </li>
          <li>
            <Link to="/" search={{ sort: 'deadline' }}>
              {counts.lapsing(data.deadlines.within24h)}
            </Link>
          </li>
          {shownUntilMs < serverNowMs() - behindMinMs && <li className="urgent">{counts.shownUntil(timeOf(shownUntilMs, tag))}</li>}
          <li>
            {hasInbox ? (
              <Link to="/inbox" search={{ list: 'second' }}>
                {counts.proposals(data.proposals)}
              </Link>
            ) : (
              counts.proposals(data.proposals)
            )}
          </li>
          <li>{counts.open(data.byPhase.received + data.byPhase.verified + data.byPhase.frozen)}</li>
        </>
      )}
    </ul>
  )
}
