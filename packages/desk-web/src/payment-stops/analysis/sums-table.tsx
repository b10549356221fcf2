import type { AnalysisRow, AnalysisTable, InstitutionRow } from '@holdfast/payment-stop/language'
import { type ReactNode, useState } from 'react'
import { Button } from '../../components/button.tsx'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { useTranslate } from '../../locales/index.ts'
import { groupedOf } from '../money/amount.tsx'
import { sumsCsv } from './analysis-csv.ts'
import { Bars } from './bars.tsx'
import { Part } from './part.tsx'
import { largestIn, percentagesOf, sumsIn } from './percentages.ts'

export type TableName = 'corridors' | 'typologies' | 'methods' | 'rails' | 'regions' | 'institutions'

type SumsRow = AnalysisRow | InstitutionRow

interface SumsTableProps {
  readonly name: TableName
  readonly table: AnalysisTable<SumsRow>
  readonly currency: string | undefined
  readonly note?: string | undefined
  nameOf(value: string): ReactNode
}

/** Rows shown until the reader opens all. */
const rowsShown = 8

/** Sums by value, with bars and amounts in one currency. */
export function SumsTable({ name, table, currency, note, nameOf }: SumsTableProps) {
  const t = useTranslate()
  const [isWhole, setWhole] = useState(false)
  const { rows, more } = table
  const largest = largestIn(rows, currency)
  const shown = isWhole ? rows : rows.slice(0, rowsShown)
  const hidden = <span className="quiet small">{t('now.hidden')}</span>
  const columns: Array<Column<SumsRow>> = [
    {
      name: t(`now.value.${name}`),
      is: 'row',
      cell: row => (
        <>
          {nameOf(row.value)}
          <Bars shares={percentagesOf(sumsIn(row, currency), largest)} />
        </>
      ),
    },
    { name: t('now.requests'), is: 'end', cell: ({ requests }) => requests ?? hidden },
    ...(name === 'institutions' ? [{ name: t('now.cases'), is: 'end' as const, cell: (row: SumsRow) => 'cases' in row && row.cases }] : []),
    ...(['requested', 'frozen', 'recovered'] as const).map(amount => ({
      name: t(`now.${amount}`),
      is: 'end' as const,
      amount,
      cell: (row: SumsRow) => {
        const sums = sumsIn(row, currency)
        return <Sum value={sums?.[amount]} isHidden={row.sums === null || sums?.[amount] === null} />
      },
    })),
  ]
  return (
    <Part
      id={name}
      title={t(`now.${name}`)}
      csv={() => sumsCsv(rows)}
      aside={currency && rows.length > 0 && <bdi className="quiet small">{currency}</bdi>}
    >
      {note && <p className="quiet small">{note}</p>}
      {rows.length === 0 ? (
        <p className="quiet">{t('now.noRequests')}</p>
      ) : (
        <DataTable className="cards" labelledBy={`now-${name}`} rows={shown} keyOf={({ value }) => value} columns={columns} />
      )}
      {(rows.length > rowsShown || more > 0) && (
        <p className="cluster gap-3">
          {rows.length > rowsShown && (
            <Button kind="small" className="unprinted" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
              {isWhole ? t('now.showFewer') : t('now.showAll', { count: rows.length })}
            </Button>
          )}
          {more > 0 && <span className="quiet">{t('now.more', { count: more })}</span>}
        </p>
      )}
    </Part>
  )
}

function Sum({ value, isHidden }: { readonly value: string | null | undefined; readonly isHidden: boolean }) {
  const t = useTranslate()
  if (isHidden) return <span className="quiet small">{t('now.hidden')}</span>
  if (value === undefined || value === null) return <span className="quiet">–</span>
  return <bdi dir="ltr">{groupedOf(value)}</bdi>
}
