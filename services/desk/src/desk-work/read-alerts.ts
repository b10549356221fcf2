import type { AlertView, WorkEvent } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/**
 * Position in a list of alerts, newest first: per partition, the offset before which it continues. A partition that is
 * missing has no further alerts. The same at every desk.
 */
export type OpenAlertCursor = ReadonlyMap<number, number>

/** An alert, and the event that acknowledged it. */
export interface WorkAlert {
  readonly alert: AlertView
  readonly acknowledgement: WorkEvent | undefined
}

export interface WorkAlertReader {
  /** Open alerts of a country, newest first: neither acknowledged nor overtaken by the request. */
  openAlerts(
    country: string,
    before: OpenAlertCursor | undefined,
    limit: number,
  ): { alerts: AlertView[]; next: OpenAlertCursor | undefined }
  /** The newest hundred alerts of one request, newest first. */
  alertsOf(country: string, requestId: string): WorkAlert[]
}

/** Acknowledged and overtaken alerts are skipped. This limits the skipped rows of a page. */
const rowsMax = 1_000
const chunkRows = 64
const ofRequestMax = 100

interface Row {
  readonly arrival: number
  readonly partition: number
  readonly offset: number
  readonly alert: string
  readonly caseReference: string
}
type OpenRow = Row & { readonly phase: string }

/**
 * A missed deadline no longer matters in the next phase: the hold that was about to end has been returned, for example.
 */
const isOvertaken = ({ fact, phase }: AlertView, phaseNow: string): boolean => fact === 'DeadlineReached' && phase !== phaseNow

export function createWorkAlertReader(
  file: SqliteFile,
  eventAt: (country: string, sequence: number) => WorkEvent | undefined,
): WorkAlertReader {
  const readPartitions = file.prepare('SELECT partition FROM positions')
  const readBefore = file.prepare(
    `SELECT arrival, partition, "offset", alert, case_reference AS caseReference, phase FROM alerts CROSS JOIN country_rows USING (country, request_id)
     WHERE country = ? AND partition = ? AND "offset" < ? ORDER BY "offset" DESC LIMIT ${chunkRows}`,
  )
  const readOfRequest = file.prepare(
    `SELECT arrival, alerts.partition, alerts."offset", alert, case_reference AS caseReference
     FROM (SELECT partition, "offset" FROM facts WHERE request_id = ?2 UNION ALL SELECT partition, "offset" FROM refusals WHERE request_id = ?2) AS said
     CROSS JOIN alerts ON alerts.country = ?1 AND alerts.partition = said.partition AND alerts."offset" = said."offset"
     CROSS JOIN country_rows ON country_rows.country = ?1 AND country_rows.request_id = ?2 ORDER BY alerts."offset" DESC LIMIT ?3`,
  )
  const readAcknowledgement = file.prepare(
    'SELECT sequence FROM work_acknowledged WHERE country = ? AND request_id = ? AND fact = ? AND fact_sequence = ? AND fact_time = ?',
  )

  const viewOf = ({ alert, caseReference }: Row): AlertView => ({
    ...(JSON.parse(alert) as Omit<AlertView, 'caseReference'>),
    caseReference,
  })

  /** The sequence of the event that acknowledged the alert. */
  function acknowledgedBy(country: string, { requestId, fact, sequence, time }: AlertView): number | undefined {
    const row = readAcknowledgement.get(country, requestId, fact, sequence, time) as { sequence: number } | undefined
    return row?.sequence
  }

  /** Merges the alerts of all partitions by arrival, newest first. Moves `cursor` with each. */
  function* newestFirst(country: string, cursor: Map<number, number>): Generator<OpenRow> {
    const heads = new Map<number, OpenRow[]>()
    const fill = (partition: number, before: number) =>
      heads.set(partition, readBefore.all(country, partition, before) as unknown as OpenRow[])
    for (const [partition, before] of cursor) fill(partition, before)
    for (;;) {
      let newest: OpenRow[] | undefined
      for (const [partition, rows] of heads) {
        if (rows.length === 0) heads.delete(partition)
        else if (!newest || (rows[0] as OpenRow).arrival > (newest[0] as OpenRow).arrival) newest = rows
      }
      const row = newest?.shift()
      if (!row) return
      cursor.set(row.partition, row.offset)
      if (newest?.length === 0) fill(row.partition, row.offset)
      yield row
    }
  }

  return {
    openAlerts(country, before, limit) {
      const partitions = (readPartitions.all() as { partition: number }[]).map(({ partition }) => partition)
      const cursor = new Map(before ?? partitions.map(partition => [partition, Number.MAX_SAFE_INTEGER]))
      const alerts: AlertView[] = []
      let count = 0
      for (const row of newestFirst(country, cursor)) {
        const alert = viewOf(row)
        if (acknowledgedBy(country, alert) === undefined && !isOvertaken(alert, row.phase)) alerts.push(alert)
        if (alerts.length === limit || ++count === rowsMax) return { alerts, next: cursor }
      }
      return { alerts, next: undefined }
    },
    alertsOf: (country, requestId) =>
      (readOfRequest.all(country, requestId, ofRequestMax) as unknown as Row[]).map(row => {
        const alert = viewOf(row)
        const event = acknowledgedBy(country, alert)
        return { alert, acknowledgement: event === undefined ? undefined : eventAt(country, event) }
      }),
  }
}
