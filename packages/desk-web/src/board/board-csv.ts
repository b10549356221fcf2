import type { RequestView } from '@holdfast/schemas'
import { csvOf } from '../components/csv.ts'

const amounts = ['requested', 'frozen', 'recovered', 'charges', 'movedOnward', 'released'] as const

/** The rows of a list. Column names are those of the API in every language, so that scripts find them. */
export const boardCsv = (requests: readonly RequestView[]): string =>
  csvOf([
    [
      'requestId',
      'caseReference',
      'requestingCountry',
      'beneficiaryCountry',
      'phase',
      'openedAt',
      'updatedAt',
      'nextDeadline',
      'nextDeadlineKind',
      'currency',
      ...amounts,
    ],
    ...requests.map(({ deadlines: [next], ...request }) => [
      request.requestId,
      request.caseReference,
      request.requestingCountry,
      request.beneficiaryCountry,
      request.phase,
      request.openedAt,
      request.updatedAt,
      next?.dueAt ?? '',
      next?.kind ?? '',
      request.amounts.requested?.currency ?? '',
      ...amounts.map(amount => request.amounts[amount]?.value ?? ''),
    ]),
  ])
