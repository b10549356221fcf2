import type { ProposalPage } from '@holdfast/schemas'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { get } from '../api/client.ts'
import { ActorName } from '../components/actor.tsx'
import { Instant } from '../components/instant.tsx'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useTranslate } from '../locales/index.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'

/** Proposals that await a second officer, oldest first. The second officer approves on the page of the request. */
export function Proposals() {
  const t = useTranslate()
  const { figureOfProposal, nextDue } = usePageWorkflow()
  const { data, isError, refetch } = useQuery({
    queryKey: ['proposals'],
    queryFn: ({ signal }) => get<ProposalPage>('/v1/proposals', signal),
  })
  if (isError) return <NotReached retry={() => void refetch()} />
  if (!data) return <Loading />
  if (data.proposals.length === 0) return <p className="quiet">{t('inbox.proposalsNone')}</p>
  return (
    <ul className="stack">
      {data.proposals.map(proposal => (
        <li key={`${proposal.requestId}/${proposal.sequence}`} className="card alert stack gap-1">
          <p>
            <strong>{t.find(`commands.${proposal.command}`) ?? proposal.command}</strong> · <bdi>{proposal.caseReference}</bdi> ·{' '}
            {figureOfProposal(proposal)}
          </p>
          <p className="small">
            {t('inbox.proposedBy')} <ActorName actor={proposal.proposedBy} /> · <Instant at={proposal.at} />
            {proposal.nextDeadline && (
              <>
                {' · '}
                {nextDue([proposal.nextDeadline])}
              </>
            )}
          </p>
          <p className="small">
            {proposal.maySecond ? t('inbox.maySecond') : t('inbox.mayNot')} ·{' '}
            <Link to="/requests/$id" params={{ id: proposal.requestId }}>
              {t('inbox.open')}
            </Link>
          </p>
        </li>
      ))}
    </ul>
  )
}
