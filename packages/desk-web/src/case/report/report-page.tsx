import './report.css'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useCallback, useState } from 'react'
import { RefusedError } from '../../api/client.ts'
import { useFacts } from '../../api/live.ts'
import { Button } from '../../components/button.tsx'
import { download } from '../../components/download.ts'
import { InUtc } from '../../components/instant.tsx'
import { NotReached } from '../../components/not-reached.tsx'
import { factsFileName, factsMediaType } from '../../facts/fact-lines.ts'
import { useSession } from '../../session/use-session.ts'
import { useWords } from '../../words/index.ts'
import { type CaseReport, makeReport } from './make-report.ts'
import { ReportDocument } from './report-document.tsx'

const route = getRouteApi('/cases/$country/$reference/report')

/** A case as a document for a court: made once, of one moment, and it stays as it was made. */
export function ReportPage() {
  const words = useWords()
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
        {words.case.none}
      </p>
    )
  if (made.isError && !made.data) return <NotReached of="page" retry={() => void made.refetch()} />
  if (!made.data || !who.data)
    return (
      <p className="blank" role="status">
        {words.report.making}
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

/** What is done with a report, and is not on paper. */
function ReportTools({ report, isBusy, again }: ReportToolsProps) {
  const words = useWords()
  const { requestingCountry: country, caseReference: reference } = report.shown
  const isStale = useStale(report)
  return (
    <div className="report-tools cluster across-4 unprinted">
      <Link to="/cases/$country/$reference" params={{ country, reference }}>
        {words.report.toCase}
      </Link>
      <Button kind="primary" disabled={report.problems > 0} onClick={() => print()}>
        {words.case.print}
      </Button>
      <Button onClick={() => download(factsFileName(country, reference), factsMediaType, report.file)}>{words.case.bundle}</Button>
      <span role="status">
        {isStale && (
          <>
            {words.report.stale}{' '}
            <Button disabled={isBusy} onClick={again}>
              {words.report.again}
            </Button>
          </>
        )}
      </span>
    </div>
  )
}

/** Whether facts of the case have come since it was made: it is not changed under who reads it. */
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
