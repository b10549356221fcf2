import type { Analysis } from '@holdfast/payment-stop/language'
import type { ReactNode } from 'react'
import { Arrow } from '../../components/arrow.tsx'
import { CountryName } from '../../components/instant.tsx'
import { type Translate, useTranslate } from '../../locales/index.ts'
import { MapSection } from './map-section.tsx'
import { SumsTable, type TableName } from './sums-table.tsx'

const names: readonly TableName[] = ['corridors', 'typologies', 'methods', 'rails', 'regions', 'institutions']

function nameOf(table: TableName, value: string, t: Translate): ReactNode {
  if (table === 'corridors') {
    const [from = '', to = ''] = value.split('-')
    return (
      <>
        <CountryName code={from} long /> <Arrow /> <CountryName code={to} long />
      </>
    )
  }
  if (table === 'methods') return t.find(`now.methodNames.${value}`) ?? value
  if (table === 'regions') return t.find(`now.regionNames.${value}`) ?? value
  if (table === 'institutions') return <bdi className="figures">{value}</bdi>
  return t.find(`codes.${value}`) ?? value
}

interface NowTablesProps {
  readonly analysis: Analysis
  readonly currency: string | undefined
  /** Shown next to the last table. */
  readonly children: ReactNode
}

/** The tables of sums. The table of corridors is the first view of what the map shows. */
export function AnalysisTables({ analysis, currency, children }: NowTablesProps) {
  const t = useTranslate()
  return (
    <div className="stack gap-4 now-tables">
      <p className="quiet small whole">{t('now.rowsNote')}</p>
      {names.map(name => {
        const table = analysis[name]
        if (!table) return null
        const note = name === 'methods' ? t('now.methodsNote') : undefined
        return <SumsTable key={name} name={name} table={table} currency={currency} note={note} nameOf={value => nameOf(name, value, t)} />
      })}
      {children}
      <MapSection corridors={analysis.corridors} />
    </div>
  )
}
