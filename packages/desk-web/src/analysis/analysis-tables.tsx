import type { Analysis } from '@holdfast/schemas'
import type { ReactNode } from 'react'
import { Arrow } from '../components/arrow.tsx'
import { wordIn } from '../components/codes.tsx'
import { CountryName } from '../components/instant.tsx'
import { useWords, type Words } from '../words/index.ts'
import { MapSection } from './map-section.tsx'
import { SumsTable, type TableName } from './sums-table.tsx'

const names: readonly TableName[] = ['corridors', 'typologies', 'methods', 'rails', 'regions', 'institutions']

function nameOf(table: TableName, value: string, { codes, now }: Words): ReactNode {
  if (table === 'corridors') {
    const [from = '', to = ''] = value.split('-')
    return (
      <>
        <CountryName code={from} long /> <Arrow /> <CountryName code={to} long />
      </>
    )
  }
  if (table === 'methods') return wordIn(now.methodNames, value)
  if (table === 'regions') return wordIn(now.regionNames, value)
  if (table === 'institutions') return <bdi className="figures">{value}</bdi>
  return wordIn(codes, value)
}

interface NowTablesProps {
  readonly analysis: Analysis
  readonly currency: string | undefined
  /** What stands beside the last of them. */
  readonly children: ReactNode
}

/** The tables of sums; the table of corridors is the first view of what the map shows. */
export function AnalysisTables({ analysis, currency, children }: NowTablesProps) {
  const words = useWords()
  return (
    <div className="stack gap-4 now-tables">
      <p className="quiet small whole">{words.now.rowsNote}</p>
      {names.map(name => {
        const table = analysis[name]
        if (!table) return null
        const note = name === 'methods' ? words.now.methodsNote : undefined
        return (
          <SumsTable key={name} name={name} table={table} currency={currency} note={note} nameOf={value => nameOf(name, value, words)} />
        )
      })}
      {children}
      <MapSection corridors={analysis.corridors} />
    </div>
  )
}
