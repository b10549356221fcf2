import { DataTable, type TableProps } from '../components/data-table.tsx'

/** A table of the page of operators. */
export function OperationsTable<Row>(props: TableProps<Row>) {
  return (
    <div className="card table-frame">
      <DataTable {...props} className="board-table operations-table" />
    </div>
  )
}
