import type { RequestView } from '@holdfast/schemas'
import { Link } from '@tanstack/react-router'
import { memo } from 'react'
import { CaseLink } from '../components/case-link.tsx'
import { Countries } from '../components/countries.tsx'
import { Instant } from '../components/instant.tsx'
import { PhaseMark } from '../components/phase.tsx'
import { useTranslate } from '../locales/index.ts'
import { usePageWorkflow } from '../workflow/page-workflow.ts'

interface RequestRowProps {
  readonly request: RequestView
  readonly index: number
  /** The page of a case needs no link to itself. */
  readonly isOfCase: boolean
  readonly measure: (row: HTMLElement | null) => void
}

/** Rendered again only on change: a screen has many rows, and facts keep arriving. */
export const RequestRow = memo(function RequestRow({ request, index, isOfCase, measure }: RequestRowProps) {
  const t = useTranslate()
  const { countriesOf, figures, nextDue } = usePageWorkflow()
  return (
    // The first line has the column names.
    <tr ref={measure} data-index={index} aria-rowindex={index + 2}>
      <td data-name={t('columns.deadline')}>{nextDue(request.deadlines)}</td>
      <td data-name={t('columns.request')} className={isOfCase ? undefined : 'two-links'}>
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
      <td data-name={t('columns.corridor')} className="corridor">
        <Countries codes={countriesOf(request)} />
      </td>
      <td data-name={t('columns.state')}>
        <PhaseMark phase={request.phase} />
      </td>
      {figures.map(({ name, of }) => (
        <td key={name} data-name={t(name)} className="end">
          {of(request)}
        </td>
      ))}
      <td data-name={t('columns.updated')}>
        <Instant at={request.updatedAt} />
      </td>
    </tr>
  )
})
