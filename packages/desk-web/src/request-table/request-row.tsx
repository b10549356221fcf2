import type { RequestView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { Arrow } from '../components/arrow.tsx'
import { CaseLink } from '../components/case-link.tsx'
import { CountryName, Instant } from '../components/instant.tsx'
import { NextDue } from '../components/next-due.tsx'
import { PhaseMark } from '../components/phase.tsx'
import { Amount } from '../money/amount.tsx'
import { stillFrozen } from '../money/money-parts.ts'
import { useWords } from '../words/index.ts'

interface RequestRowProps {
  readonly request: RequestView
  readonly index: number
  /** On the page of a case no row leads there. */
  readonly isOfCase: boolean
  readonly measure: (row: HTMLElement | null) => void
}

/** Drawn again only where something of it has changed: there are as many as the screen has room for, and facts come in between. */
export const RequestRow = memo(function RequestRow({ request, index, isOfCase, measure }: RequestRowProps) {
  const { columns } = useWords()
  return (
    // The first line is that of the names of the columns.
    <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      <td data-name={columns.deadline}>
        <NextDue deadlines={request.deadlines} />
      </td>
      <td data-name={columns.request} className={isOfCase ? undefined : 'two-links'}>
        {/* Its page is fetched once, when the browser has nothing else to do, and not by each row that a reader passes. */}
        <Link to="/requests/$id" params={{ id: request.requestId }} className="row-link" preload={false}>
          <bdi>{request.caseReference}</bdi>
        </Link>
        <span className="quiet small figures">
          <bdi>{request.requestId.slice(0, 8)}</bdi>
          {!isOfCase && (
            <>
              {' · '}
              <CaseLink request={request} />
            </>
          )}
        </span>
      </td>
      <td data-name={columns.corridor} className="corridor">
        <CountryName code={request.requestingCountry} /> <Arrow /> <CountryName code={request.beneficiaryCountry} />
      </td>
      <td data-name={columns.state}>
        <PhaseMark phase={request.phase} />
      </td>
      <td data-name={columns.amount} className="end">
        <Amount money={request.amounts.requested} />
      </td>
      <td data-name={columns.held} className="end">
        <Amount money={stillFrozen(request.amounts)} />
      </td>
      <td data-name={columns.updated}>
        <Instant at={request.updatedAt} />
      </td>
    </tr>
  )
})
