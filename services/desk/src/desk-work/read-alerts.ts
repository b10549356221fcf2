import type { AlertView, Phase, WorkEvent } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** Where a list of alerts goes on, older first: in each partition those before this offset, of one that is not named none is left. The same at every desk. */
export type OpenAlertCursor = ReadonlyMap<number, number>

/** An alert, and the event by which somebody has acknowledged it. */
export interface WorkAlert {
  readonly alert: AlertView
  readonly acknowledgement: WorkEvent | undefined
}

export interface WorkAlertReader {
  /** What somebody of a country has to look at, that nobody has acknowledged and the request has not overtaken, newest first. */
  openAlerts(
    country: string,
    before: OpenAlertCursor | undefined,
    limit: number,
  ): { alerts: AlertView[]; next: OpenAlertCursor | undefined }
  /** What of one request somebody has or had to look at: the newest hundred, newest first. */
  alertsOf(country: string, requestId: string): WorkAlert[]
}

/** Alerts that are passed over, as they are acknowledged or overtaken, are no page without an end. */
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
type OpenRow = Row & { readonly phase: Phase }

/** That somebody was late is of no concern once the request has gone on to its next phase: the hold that was about to end has been returned, say. */
const isOvertaken = ({ fact, phase }: AlertView, phaseNow: Phase): boolean => fact === 'DeadlineReached' && phase !== phaseNow

export function createWorkAlertReader(
  file: SqliteFile,
  eventAt: (country: string, sequence: number) => WorkEvent | undefined,
): WorkAlertReader {
  const readPartitions = file.prepare('SELECT partition FROM positions')
  const readBefore = file.prepare(
    `SELECT arrival, partition, "offset", alert, case_reference AS caseReference, phase FROM alerts CROSS JOIN sides USING (country, request_id)
     WHERE country = ? AND partition = ? AND "offset" < ? ORDER BY "offset" DESC LIMIT ${chunkRows}`,
  )
  const readOfRequest = file.prepare(
    `SELECT arrival, alerts.partition, alerts."offset", alert, case_reference AS caseReference
     FROM (SELECT partition, "offset" FROM facts WHERE request_id = ?2 UNION ALL SELECT partition, "offset" FROM refusals WHERE request_id = ?2) AS said
     CROSS JOIN alerts ON alerts.country = ?1 AND alerts.partition = said.partition AND alerts."offset" = said."offset"
     CROSS JOIN sides ON sides.country = ?1 AND sides.request_id = ?2 ORDER BY alerts."offset" DESC LIMIT ?3`,
  )
  const readMark = file.prepare(
    'SELECT sequence FROM work_acknowledged WHERE country = ? AND request_id = ? AND fact = ? AND fact_sequence = ? AND fact_time = ?',
  )

  const viewOf = ({ alert, caseReference }: Row): AlertView => ({
    ...(JSON.parse(alert) as Omit<AlertView, 'caseReference'>),
    caseReference,
  })

  /** The event by which it was acknowledged. */
  function acknowledgedBy(country: string, { requestId, fact, sequence, time }: AlertView): number | undefined {
    const row = readMark.get(country, requestId, fact, sequence, time) as { sequence: number } | undefined
    return row?.sequence
  }

  /** Those of all partitions as they arrived here, the last one first. `place` goes on with each. */
  function* newestFirst(country: string, place: Map<number, number>): Generator<OpenRow> {
    const heads = new Map<number, OpenRow[]>()
    const fill = (partition: number, before: number) =>
      heads.set(partition, readBefore.all(country, partition, before) as unknown as OpenRow[])
    for (const [partition, before] of place) fill(partition, before)
    for (;;) {
      let newest: OpenRow[] | undefined
      for (const [partition, rows] of heads) {
        if (rows.length === 0) heads.delete(partition)
        else if (!newest || (rows[0] as OpenRow).arrival > (newest[0] as OpenRow).arrival) newest = rows
      }
      const row = newest?.shift()
      if (!row) return
      place.set(row.partition, row.offset)
      if (newest?.length === 0) fill(row.partition, row.offset)
      yield row
    }
  }

  return {
    openAlerts(country, before, limit) {
      const partitions = (readPartitions.all() as { partition: number }[]).map(({ partition }) => partition)
      const place = new Map(before ?? partitions.map(partition => [partition, Number.MAX_SAFE_INTEGER]))
      const alerts: AlertView[] = []
      let count = 0
      for (const row of newestFirst(country, place)) {
        const alert = viewOf(row)
        if (acknowledgedBy(country, alert) === undefined && !isOvertaken(alert, row.phase)) alerts.push(alert)
        if (alerts.length === limit || ++count === rowsMax) return { alerts, next: place }
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
