import type { AlertView } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** An alert of one country, with the offset of its fact. */
export interface StoredAlert {
  readonly arrival: number
  readonly partition: number
  readonly offset: number
  readonly alert: AlertView
}

/** From these offsets on, or the latest alerts. */
export type AlertCursor = { readonly next: ReadonlyMap<number, number> } | 'last'

type AlertRow = Omit<StoredAlert, 'alert'> & { readonly alert: string; readonly caseReference: string }

/** Without the case reference, which is read from the request's current row. */
type StoredAlertView = Omit<AlertView, 'caseReference'>

const columns = 'arrival, partition, "offset", alert, case_reference AS caseReference'

/** Reads the facts that an officer of a country must look at, in the order of their arrival. */
export function createAlertReader(file: SqliteFile): (country: string, after: AlertCursor, limit: number) => StoredAlert[] {
  const readPartitions = file.prepare('SELECT partition FROM positions')
  const readFrom = file.prepare(
    `SELECT ${columns} FROM alerts CROSS JOIN country_rows USING (country, request_id) WHERE country = ? AND partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?`,
  )
  const readLast = file.prepare(
    `SELECT ${columns} FROM alerts INDEXED BY alerts_arrival CROSS JOIN country_rows USING (country, request_id) WHERE country = ? ORDER BY arrival DESC LIMIT ?`,
  )
  return (country, after, limit) => {
    const rows: AlertRow[] =
      after === 'last'
        ? (readLast.all(country, limit) as unknown as AlertRow[])
        : (readPartitions.all() as { partition: number }[]).flatMap(
            ({ partition }) => readFrom.all(country, partition, after.next.get(partition) ?? 0, limit) as unknown as AlertRow[],
          )
    return rows
      .sort((a, b) => a.arrival - b.arrival)
      .slice(0, limit)
      .map(({ alert, caseReference, ...at }) => ({ ...at, alert: { ...(JSON.parse(alert) as StoredAlertView), caseReference } }))
  }
}
