import type { AnalysisDays } from '@holdfast/payment-stop/language'

/** As `analysisWindows` of the schemas, whose import would bring all schemas into this bundle. */
export const windows: readonly AnalysisDays[] = [1, 7, 30, 365]

/** The selection in the address. Defaults are left out. */
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
