import type { RequestView } from '@holdfast/schemas'
import { csvOf } from '../components/csv.ts'
import type { PageWorkflow } from '../workflow/page-workflow.ts'

/** The rows of a list. Column names are those of the API in every language, so that scripts find them. */
export const boardCsv = (requests: readonly RequestView[], { csvColumns, csvCellsOf }: PageWorkflow): string =>
  csvOf([
    [
      'requestId',
      'caseReference',
      'requestingCountry',
      'phase',
      'openedAt',
      'updatedAt',
      'nextDeadline',
      'nextDeadlineKind',
      ...csvColumns,
    ],
    ...requests.map(request => [
      request.requestId,
      request.caseReference,
      request.requestingCountry,
      request.phase,
      request.openedAt,
      request.updatedAt,
      request.deadlines[0]?.dueAt ?? '',
      request.deadlines[0]?.kind ?? '',
      ...csvCellsOf(request),
    ]),
  ])
