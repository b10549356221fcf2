import './now.css'
import type { Analysis } from '@holdfast/schemas'
import { getRouteApi } from '@tanstack/react-router'
import { Loading } from '../components/loading.tsx'
import { NotReached } from '../components/not-reached.tsx'
import { useWords } from '../words/index.ts'
import { AnalysisControls } from './analysis-controls.tsx'
import { AnalysisTables } from './analysis-tables.tsx'
import { LapsingList } from './lapsing-list.tsx'
import { OpenedCounts } from './opened-counts.tsx'
import { currencyOf } from './percentages.ts'
import { defaultDays } from './search.ts'
import { SharedAccounts } from './shared-accounts.tsx'
import { TimesFigures } from './times-figures.tsx'
import { Totals } from './totals.tsx'
import { useAnalysis } from './use-analysis.ts'

const route = getRouteApi('/now')

/** What the requests of the reader's country have in common, as they are now; of the General Secretariat those of all countries. */
export function AnalysisPage() {
  const { now } = useWords()
  const { days = defaultDays } = route.useSearch()
  const shown = useAnalysis(days)
  return (
    <div className="stack gap-4" data-busy={shown.isFetching || undefined}>
      <header className="cluster across-4">
        <h1>{now.name}</h1>
        <AnalysisControls days={days} analysis={shown.data} />
      </header>
      {shown.isError && <NotReached of="page" retry={() => void shown.refetch()} />}
      {shown.data ? <Shown analysis={shown.data} /> : !shown.isError && <Loading />}
    </div>
  )
}

/** A date keeps its order within words that run the other way: left-to-right isolate, and its end. */
const isolated = (date: string): string => `\u2066${date}\u2069`

function Shown({ analysis }: { readonly analysis: Analysis }) {
  const { now } = useWords()
  const { currency } = route.useSearch()
  const { lapsing, accounts, smallest, from } = analysis
  const { shown } = currencyOf(analysis.total, currency)
  return (
    <>
      <p className="quiet small">
        {now.from(isolated(from))} {smallest !== undefined && now.smallCells(smallest)}
      </p>
      <div className="stack gap-4 now-top" data-has-lapsing={lapsing !== undefined || undefined}>
        {lapsing && <LapsingList lapsing={lapsing} />}
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
