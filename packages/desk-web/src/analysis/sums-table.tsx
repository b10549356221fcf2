import type { AnalysisRow, AnalysisTable, InstitutionRow } from '@holdfast/schemas'
import { type ReactNode, useState } from 'react'
import { Button } from '../components/button.tsx'
import { type Column, DataTable } from '../components/data-table.tsx'
import { groupedOf } from '../money/amount.tsx'
import { useWords } from '../words/index.ts'
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

/** So many rows are shown until somebody asks for all. */
const rowsShown = 8

/** What requests have in common, a row each, with its sums in one currency as bars and as amounts. */
export function SumsTable({ name, table, currency, note, nameOf }: SumsTableProps) {
  const { now } = useWords()
  const [isWhole, setWhole] = useState(false)
  const { rows, more } = table
  const largest = largestIn(rows, currency)
  const shown = isWhole ? rows : rows.slice(0, rowsShown)
  const hidden = <span className="quiet small">{now.hidden}</span>
  const columns: Array<Column<SumsRow>> = [
    {
      name: now.value[name],
      is: 'row',
      cell: row => (
        <>
          {nameOf(row.value)}
          <Bars shares={percentagesOf(sumsIn(row, currency), largest)} />
        </>
      ),
    },
    { name: now.requests, is: 'end', cell: ({ requests }) => requests ?? hidden },
    ...(name === 'institutions' ? [{ name: now.cases, is: 'end' as const, cell: (row: SumsRow) => 'cases' in row && row.cases }] : []),
    ...(['requested', 'frozen', 'recovered'] as const).map(amount => ({
      name: now[amount],
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
      title={now[name]}
      csv={() => sumsCsv(rows)}
      beside={currency && rows.length > 0 && <bdi className="quiet small">{currency}</bdi>}
    >
      {note && <p className="quiet small">{note}</p>}
      {rows.length === 0 ? (
        <p className="quiet">{now.noRequests}</p>
      ) : (
        <DataTable className="cards" labelledBy={`now-${name}`} rows={shown} keyOf={({ value }) => value} columns={columns} />
      )}
      {(rows.length > rowsShown || more > 0) && (
        <p className="cluster gap-3">
          {rows.length > rowsShown && (
            <Button kind="small" className="unprinted" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
              {isWhole ? now.showFewer : now.showAll(rows.length)}
            </Button>
          )}
          {more > 0 && <span className="quiet">{now.more(more)}</span>}
        </p>
      )}
    </Part>
  )
}

function Sum({ value, isHidden }: { readonly value: string | null | undefined; readonly isHidden: boolean }) {
  const { now } = useWords()
  if (isHidden) return <span className="quiet small">{now.hidden}</span>
  if (value === undefined || value === null) return <span className="quiet">–</span>
  return <bdi dir="ltr">{groupedOf(value)}</bdi>
}
