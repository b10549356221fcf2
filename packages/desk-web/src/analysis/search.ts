import type { AnalysisDays } from '@holdfast/schemas'

/** As in `analysisWindows` of the schemas, which would bring all of them here. */
export const windows: readonly AnalysisDays[] = [1, 7, 30, 365]

/** What is looked at, as the address says it. What is as it is without being asked for stands in no address. */
export interface AnalysisSearch {
  readonly days?: AnalysisDays
  readonly currency?: string
  readonly map?: true
}

export const defaultDays: AnalysisDays = 30

export function readAnalysisSearch(search: Record<string, unknown>): AnalysisSearch {
  const days = windows.find(each => each === Number(search.days) && each !== defaultDays)
  const currency = typeof search.currency === 'string' && /^[A-Z]{3}$/.test(search.currency) ? search.currency : undefined
  return { ...(days ? { days } : {}), ...(currency ? { currency } : {}), ...(search.map === true ? { map: true } : {}) }
}
