import type { InboxItem, RequestView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { Countries } from '../components/countries.tsx'
import { PhaseMark } from '../components/phase.tsx'
import { useTranslate } from '../locales/index.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'

interface WorkRowProps {
  readonly item: InboxItem
  readonly isChosen: boolean
  toggle(): void
}

export function WorkRow({ item: { request }, isChosen, toggle }: WorkRowProps) {
  const t = useTranslate()
  return (
    <li className="work-row">
      <input type="checkbox" checked={isChosen} onChange={toggle} aria-label={t('work.choose', { reference: request.caseReference })} />
      <RequestLine request={request} />
    </li>
  )
}

/** A request in a work list: what it is, its state, and its next deadline. */
export function RequestLine({ request }: { readonly request: RequestView }) {
  const { countriesOf, figures, nextDue } = usePageWorkflow()
  return (
    <div className="request-line">
      <span>
        <Link to="/requests/$id" params={{ id: request.requestId }} className="row-link">
          <bdi>{request.caseReference}</bdi>
        </Link>{' '}
        <span className="corridor small">
          <Countries codes={countriesOf(request)} />
        </span>
      </span>
      <PhaseMark phase={request.phase} />
      <span>{nextDue(request.deadlines)}</span>
      {figures[0].of(request)}
    </div>
  )
}
