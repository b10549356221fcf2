import type { AnalysisRow, AnalysisTable, InstitutionRow } from '@holdfast/schemas'
import { type ReactNode, useState } from 'react'
import { groupedOf } from '../money/amount.tsx'
import { useWords } from '../words/index.ts'
import { sumsCsv } from './analysis-csv.ts'
import { Bars } from './bars.tsx'
import { SectionHead } from './section-head.tsx'
import { largestIn, sharesOf, sumsIn } from './shares.ts'

export type TableName = 'corridors' | 'typologies' | 'methods' | 'rails' | 'regions' | 'institutions'

interface SumsTableProps {
  readonly name: TableName
  readonly table: AnalysisTable<AnalysisRow | InstitutionRow>
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
  const id = `now-${name}`
  return (
    <section className="card now-section" aria-labelledby={id}>
      <SectionHead id={id} title={now[name]} file={name} csv={() => sumsCsv(rows)}>
        {currency && rows.length > 0 && <bdi className="quiet small">{currency}</bdi>}
      </SectionHead>
      {note && <p className="quiet small">{note}</p>}
      {rows.length === 0 ? (
        <p className="quiet">{now.noRequests}</p>
      ) : (
        <table className="now-table" aria-labelledby={id}>
          <thead>
            <tr>
              <th scope="col">{now.value[name]}</th>
              <th scope="col" className="end">
                {now.requests}
              </th>
              {name === 'institutions' && (
                <th scope="col" className="end">
                  {now.cases}
                </th>
              )}
              {(['requested', 'frozen', 'recovered'] as const).map(amount => (
                <th key={amount} scope="col" className="end" data-amount={amount}>
                  {now[amount]}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map(row => (
              <Row key={row.value} row={row} currency={currency} largest={largest} nameOf={nameOf} />
            ))}
          </tbody>
        </table>
      )}
      {(rows.length > rowsShown || more > 0) && (
        <p className="section-foot">
          {rows.length > rowsShown && (
            <button type="button" className="button small-button" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
              {isWhole ? now.showFewer : now.showAll(rows.length)}
            </button>
          )}
          {more > 0 && <span className="quiet">{now.more(more)}</span>}
        </p>
      )}
    </section>
  )
}

interface RowProps extends Pick<SumsTableProps, 'currency' | 'nameOf'> {
  readonly row: AnalysisRow | InstitutionRow
  readonly largest: number
}

function Row({ row, currency, largest, nameOf }: RowProps) {
  const { now } = useWords()
  const sums = sumsIn(row, currency)
  const hidden = <span className="quiet small">{now.hidden}</span>
  return (
    <tr>
      <th scope="row">
        {nameOf(row.value)}
        <Bars shares={sharesOf(sums, largest)} />
      </th>
      <td data-name={now.requests} className="end figures">
        {row.requests ?? hidden}
      </td>
      {'cases' in row && (
        <td data-name={now.cases} className="end figures">
          {row.cases}
        </td>
      )}
      {(['requested', 'frozen', 'recovered'] as const).map(amount => (
        <td key={amount} data-name={now[amount]} className="end figures">
          <Sum value={sums?.[amount]} isHidden={row.sums === null || sums?.[amount] === null} />
        </td>
      ))}
    </tr>
  )
}

function Sum({ value, isHidden }: { readonly value: string | null | undefined; readonly isHidden: boolean }) {
  const { now } = useWords()
  if (isHidden) return <span className="quiet small">{now.hidden}</span>
  if (value === undefined || value === null) return <span className="quiet">–</span>
  return <bdi dir="ltr">{groupedOf(value)}</bdi>
}
