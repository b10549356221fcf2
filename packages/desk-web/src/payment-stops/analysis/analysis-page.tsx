import './now.css'
import type { Analysis } from '@holdfast/payment-stop/language'
import { getRouteApi } from '@tanstack/react-router'
import { Loading } from '../../components/loading.tsx'
import { NotReached } from '../../components/not-reached.tsx'
import { useTranslate } from '../../locales/index.ts'
import { AnalysisControls } from './analysis-controls.tsx'
import { AnalysisTables } from './analysis-tables.tsx'
import { DueList } from './due-list.tsx'
import { OpenedCounts } from './opened-counts.tsx'
import { currencyOf } from './percentages.ts'
import { defaultDays } from './search.ts'
import { SharedAccounts } from './shared-accounts.tsx'
import { TimesFigures } from './times-figures.tsx'
import { Totals } from './totals.tsx'
import { useAnalysis } from './use-analysis.ts'

const route = getRouteApi('/now')

/** The analysis of the reader's requests; for the General Secretariat that of all countries. */
export function AnalysisPage() {
  const t = useTranslate()
  const { days = defaultDays } = route.useSearch()
  const shown = useAnalysis(days)
  return (
    <div className="stack gap-4" data-busy={shown.isFetching || undefined}>
      <header className="cluster across-4">
        <h1>{t('now.name')}</h1>
        <AnalysisControls days={days} analysis={shown.data} />
      </header>
      {shown.isError && <NotReached of="page" retry={() => void shown.refetch()} />}
      {shown.data ? <Shown analysis={shown.data} /> : !shown.isError && <Loading />}
    </div>
  )
}

/** Isolates a left-to-right date within right-to-left text. */
const isolated = (date: string): string => `\u2066${date}\u2069`

function Shown({ analysis }: { readonly analysis: Analysis }) {
  const t = useTranslate()
  const { currency } = route.useSearch()
  const { ending: due, accounts, smallest, from } = analysis
  const { shown } = currencyOf(analysis.total, currency)
  return (
    <>
      <p className="quiet small">
        {t('now.from', { date: isolated(from) })} {smallest !== undefined && t('now.smallCells', { smallest })}
      </p>
      <div className="stack gap-4 now-top" data-has-due={due !== undefined || undefined}>
        {due && <DueList due={due} />}
        <OpenedCounts opened={analysis.opened} isOfAll={smallest !== undefined} />
        <Totals total={analysis.total} />
      </div>
      <AnalysisTables analysis={analysis} currency={shown}>
        {accounts && <SharedAccounts accounts={accounts} />}
      </AnalysisTables>
      <TimesFigures times={analysis.times} />
    </>
  )
}
