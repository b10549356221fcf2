import type { ReactNode } from 'react'

export interface Column<Row> {
  readonly name: string
  /** `row` names its row, `end` has figures, `unseen` needs no heading. */
  readonly is?: 'row' | 'end' | 'unseen'
  /** The class of its cells. */
  readonly className?: string
  /** The amount whose bar its heading explains. */
  readonly amount?: string
  cell(row: Row): ReactNode
}

export interface TableProps<Row> {
  readonly columns: ReadonlyArray<Column<Row>>
  readonly rows: readonly Row[]
  keyOf(row: Row, index: number): string
}

interface DataTableProps<Row> extends TableProps<Row> {
  readonly className?: string
  readonly labelledBy?: string
}

/** A table whose cells repeat the name of their column, for narrow screens. */
export function DataTable<Row>({ className = '', labelledBy, columns, rows, keyOf }: DataTableProps<Row>) {
  return (
    <table className={`table ${className}`} aria-labelledby={labelledBy}>
      <thead>
        <tr>
          {columns.map(({ name, is, amount }) => (
            <th key={name} scope="col" className={is === 'end' ? 'end' : undefined} data-amount={amount}>
              {is === 'unseen' ? <span className="unseen">{name}</span> : name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => (
          <tr key={keyOf(row, index)}>
            {columns.map(column => (
              <Cell key={column.name} column={column} row={row} />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cell<Row>({ column: { name, is, className, cell }, row }: { readonly column: Column<Row>; readonly row: Row }) {
  if (is === 'row') return <th scope="row">{cell(row)}</th>
  if (is === 'unseen') return <td className="end">{cell(row)}</td>
  return (
    <td data-name={name} className={is === 'end' ? 'end figures' : className}>
      {cell(row)}
    </td>
  )
}
