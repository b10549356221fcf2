import type { Analysis, AnalysisRow, AnalysisTimes } from '@holdfast/payment-stop/language'
import { csvOf } from '../../components/csv.ts'

/**
 * A line per value and currency. Column names are those of the API in every language, so that scripts find them. Hidden
 * values are empty.
 */
export const sumsCsv = (rows: readonly (AnalysisRow & { readonly cases?: number })[]): string =>
  csvOf([
    ['value', 'requests', 'cases', 'currency', 'requested', 'frozen', 'recovered'],
    ...rows.flatMap(({ value, requests, cases, sums }) => {
      const begin = [value, requests === null ? '' : String(requests), cases === undefined ? '' : String(cases)]
      if (!sums || sums.length === 0) return [[...begin, '', '', '', '']]
      return sums.map(each => [...begin, each.currency, each.requested ?? '', each.frozen ?? '', each.recovered ?? ''])
    }),
  ])

export const timesCsv = (times: Readonly<Record<string, AnalysisTimes>>): string =>
  csvOf([
    ['step', 'upToSeconds', 'requests'],
    ...Object.entries(times).flatMap(([step, { boundsSeconds, counts }]) =>
      counts.map((count, range) => [step, String(boundsSeconds[range] ?? ''), count === null ? '' : String(count)]),
    ),
  ])

export const accountsCsv = ({ rows }: NonNullable<Analysis['accounts']>): string =>
  csvOf([
    ['country', 'account', 'institution', 'requests', 'cases', 'caseReferences'],
    ...rows.map(row => [
      row.country,
      row.account ?? '',
      row.institution,
      String(row.requests),
      String(row.cases),
      row.caseNames.map(({ requestingCountry, caseReference }) => `${requestingCountry}/${caseReference}`).join(' '),
    ]),
  ])

export const dueCsv = ({ rows }: NonNullable<Analysis['ending']>): string =>
  csvOf([
    ['requestId', 'caseReference', 'requestingCountry', 'beneficiaryCountry', 'deadline', 'dueAt', 'holdEndsAt', 'currency', 'frozen'],
    ...rows.map(row => [
      row.requestId,
      row.caseReference,
      row.requestingCountry,
      row.beneficiaryCountry,
      row.kind,
      row.dueAt,
      row.holdEndsAt ?? '',
      row.frozen?.currency ?? '',
      row.frozen?.value ?? '',
    ]),
  ])
