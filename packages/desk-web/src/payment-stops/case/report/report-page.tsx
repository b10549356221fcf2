import './report.css'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { RefusedError } from '../../../api/client.ts'
import { useFacts } from '../../../api/live.ts'
import { Button } from '../../../components/button.tsx'
import { download } from '../../../components/download.ts'
import { InUtc } from '../../../components/instant.tsx'
import { NotReached } from '../../../components/not-reached.tsx'
import { useTranslate } from '../../../locales/index.ts'
import { useSession } from '../../../session/use-session.ts'
import { factsFileName, factsMediaType } from '../../facts/fact-lines.ts'
import { type CaseReport, makeReport } from './make-report.ts'
import { ReportDocument } from './report-document.tsx'

const route = getRouteApi('/cases/$country/$reference/report')

/** A case as a document for a court: made once, of one moment, and never changed afterwards. */
export function ReportPage() {
  const t = useTranslate()
  const { country, reference } = route.useParams()
  const who = useSession()
  const made = useQuery({
    queryKey: ['case-report', country, reference],
    queryFn: ({ signal }) => makeReport(country, reference, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnReconnect: false,
  })
  if (made.error instanceof RefusedError && made.error.status < 500)
    return (
      <p role="alert" className="blank">
        {t('case.none')}
      </p>
    )
  if (made.isError && !made.data) return <NotReached of="page" retry={() => void made.refetch()} />
  if (!made.data || !who.data)
    return (
      <p className="blank" role="status">
        {t('report.making')}
      </p>
    )
  return (
    <>
      <ReportTools report={made.data} again={() => void made.refetch()} isBusy={made.isFetching} />
      <InUtc value={true}>
        <ReportDocument report={made.data} who={who.data} />
      </InUtc>
    </>
  )
}

interface ReportToolsProps {
  readonly report: CaseReport
  readonly isBusy: boolean
  again(): void
}

/** Controls of a report that are not printed. */
function ReportTools({ report, isBusy, again }: ReportToolsProps) {
  const t = useTranslate()
  const { requestingCountry: country, caseReference: reference } = report.shown
  const isStale = useStale(report)
  return (
    <div className="report-tools cluster across-4 unprinted">
      <Link to="/cases/$country/$reference" params={{ country, reference }}>
        {t('report.toCase')}
      </Link>
      <Button kind="primary" disabled={report.problems > 0} onClick={() => print()}>
        {t('case.print')}
      </Button>
      <Button onClick={() => download(factsFileName(country, reference), factsMediaType, report.file)}>{t('case.bundle')}</Button>
      <span role="status">
        {isStale && (
          <>
            {t('report.stale')}{' '}
            <Button disabled={isBusy} onClick={again}>
              {t('report.again')}
            </Button>
          </>
        )}
      </span>
    </div>
  )
}

/** Whether the case has new facts since the report was made. The report does not change while it is read. */
function useStale(report: CaseReport): boolean {
  const [staleOne, setStale] = useState<CaseReport>()
  useFacts(
    useCallback(
      facts => {
        const heads = new Map(report.requests.map(({ request, facts: own }) => [request.requestId, own.at(-1)?.sequence ?? 0]))
        if (facts.some(({ subject, sequence }) => sequence > (heads.get(subject) ?? Number.POSITIVE_INFINITY))) setStale(report)
      },
      [report],
    ),
  )
  return staleOne === report
}
