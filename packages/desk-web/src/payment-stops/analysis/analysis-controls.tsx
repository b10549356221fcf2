import type { Analysis, AnalysisDays } from '@holdfast/payment-stop/language'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslate } from '../../locales/index.ts'
import { currencyOf } from './percentages.ts'
import { type AnalysisSearch, defaultDays, windows } from './search.ts'

const route = getRouteApi('/now')

interface NowControlsProps {
  readonly days: AnalysisDays
  readonly analysis: Analysis | undefined
}

/** Selects the window of days and the currency. */
export function AnalysisControls({ days, analysis }: NowControlsProps) {
  const t = useTranslate()
  const search = route.useSearch()
  const navigate = useNavigate({ from: '/now' })
  const { all, shown } = currencyOf(analysis?.total ?? { sums: [] }, search.currency)
  const change = (changed: { readonly [K in keyof AnalysisSearch]: AnalysisSearch[K] | undefined }): void => {
    void navigate({
      search: before => Object.fromEntries(Object.entries({ ...before, ...changed }).filter(([, value]) => value)) as AnalysisSearch,
      replace: true,
    })
  }
  return (
    <div className="now-controls cluster across-4 apart unprinted">
      <label className="cluster">
        {t('now.window')}
        <select
          className="input fitted"
          value={days}
          onChange={event => {
            const wanted = windows.find(each => each === Number(event.target.value))
            change({ days: wanted === defaultDays ? undefined : wanted })
          }}
        >
          {windows.map(each => (
            <option key={each} value={each}>
              {t(`now.windows.${each}`)}
            </option>
          ))}
        </select>
      </label>
      <label className="cluster">
        {t('now.currency')}
        <select
          className="input fitted"
          value={shown ?? ''}
          disabled={all.length === 0}
          onChange={event => change({ currency: event.target.value })}
        >
          {all.length === 0 && <option value="">–</option>}
          {all.map(each => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}
