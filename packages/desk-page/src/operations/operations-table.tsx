import type { ReactNode } from 'react'

/** The name of a column; `end` for figures, `unseen` where the cells speak for themselves. */
export interface Column {
  readonly name: string
  readonly is?: 'end' | 'unseen'
}

/** A table of the page of operators; its rows are the children. */
export function OperationsTable({ columns, children }: { readonly columns: readonly Column[]; readonly children: ReactNode }) {
  return (
    <div className="card table-frame">
      <table className="board-table operations-table">
        <thead>
          <tr>
            {columns.map(({ name, is }) => (
              <th key={name} scope="col" className={is === 'end' ? 'end' : undefined}>
                {is === 'unseen' ? <span className="unseen">{name}</span> : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  )
}
