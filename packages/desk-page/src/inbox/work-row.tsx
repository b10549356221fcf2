import type { InboxItem, RequestView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { Arrow } from '../parts/arrow.tsx'
import { Countdown } from '../parts/countdown.tsx'
import { CountryName } from '../parts/instant.tsx'
import { Amount } from '../parts/money.tsx'
import { PhaseMark } from '../parts/phase.tsx'
import { useWords } from '../words/index.ts'

interface WorkRowProps {
  readonly item: InboxItem
  readonly isChosen: boolean
  toggle(): void
}

export function WorkRow({ item: { request }, isChosen, toggle }: WorkRowProps) {
  const { work } = useWords()
  return (
    <li className="work-row">
      <input type="checkbox" checked={isChosen} onChange={toggle} aria-label={work.choose(request.caseReference)} />
      <RequestLine request={request} />
    </li>
  )
}

/** A request in a list of work: what it is, where it stands, and by when somebody has to act. */
export function RequestLine({ request }: { readonly request: RequestView }) {
  const words = useWords()
  const next = request.deadlines.find(({ kind }) => kind !== 'retention')
  return (
    <div className="request-line">
      <span>
        <Link to="/requests/$id" params={{ id: request.requestId }} className="row-link">
          <bdi>{request.caseReference}</bdi>
        </Link>{' '}
        <span className="corridor small">
          <CountryName code={request.requestingCountry} /> <Arrow /> <CountryName code={request.beneficiaryCountry} />
        </span>
      </span>
      <PhaseMark phase={request.phase} />
      <span>
        {next ? (
          <>
            <Countdown dueAt={next.dueAt} /> <span className="quiet small">{words.deadlines[next.kind]}</span>
          </>
        ) : (
          <span className="quiet">{words.noDeadline}</span>
        )}
      </span>
      <Amount money={request.amounts.requested} />
    </div>
  )
}
