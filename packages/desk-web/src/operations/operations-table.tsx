import { DataTable, type TableProps } from '../components/data-table.tsx'

/** A table of the operators' page. */
export function OperationsTable<Row>(props: TableProps<Row>) {
  return (
    <div className="card frame">
      <DataTable {...props} className="roomy cards lines" />
    </div>
  )
}
