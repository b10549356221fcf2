import { alertOf, alertOfRefusal } from '@holdfast/lifecycle'
import { type AlertText, type AlertView, factKindOf, isRefusedCommand, type LedgerRecord } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** An alert of one country, and where the fact lies that is one. */
export interface StoredAlert {
  readonly arrival: number
  readonly partition: number
  readonly offset: number
  readonly alert: AlertView
}

/** From these offsets on, or the last ones. */
export type AlertCursor = { readonly next: ReadonlyMap<number, number> } | 'last'

type AlertRow = Omit<StoredAlert, 'alert'> & { readonly alert: string; readonly caseReference: string }

/** Of a case the reference is left out: it is the one that the request has when the alert is read. */
type KeptAlertView = Omit<AlertView, 'caseReference'>

const columns = 'arrival, partition, "offset", alert, case_reference AS caseReference'

/** Facts that somebody of a country has to look at, in the order of their arrival. */
export function createAlertReader(file: SqliteFile): (country: string, place: AlertCursor, limit: number) => StoredAlert[] {
  const readPartitions = file.prepare('SELECT partition FROM positions')
  const readFrom = file.prepare(
    `SELECT ${columns} FROM alerts CROSS JOIN sides USING (country, request_id) WHERE country = ? AND partition = ? AND "offset" >= ? ORDER BY "offset" LIMIT ?`,
  )
  const readLast = file.prepare(
    `SELECT ${columns} FROM alerts INDEXED BY alerts_arrival CROSS JOIN sides USING (country, request_id) WHERE country = ? ORDER BY arrival DESC LIMIT ?`,
  )
  return (country, place, limit) => {
    const rows: AlertRow[] =
      place === 'last'
        ? (readLast.all(country, limit) as unknown as AlertRow[])
        : (readPartitions.all() as { partition: number }[]).flatMap(
            ({ partition }) => readFrom.all(country, partition, place.next.get(partition) ?? 0, limit) as unknown as AlertRow[],
          )
    return rows
      .sort((a, b) => a.arrival - b.arrival)
      .slice(0, limit)
      .map(({ alert, caseReference, ...at }) => ({ ...at, alert: { ...(JSON.parse(alert) as KeptAlertView), caseReference } }))
  }
}

/** A fact, or an answer that came too late and was refused, as each country that has to look at it is told of it. A request may name one country twice, until the rules have closed it. */
export function alertsOf(entry: LedgerRecord): Map<string, KeptAlertView> {
  const { requester, beneficiary } = isRefusedCommand(entry) ? alertOfRefusal(entry) : alertOf(entry)
  const told = new Map<string, KeptAlertView>()
  const tell = (country: string, words: AlertText) =>
    told.set(country, {
      requestId: entry.subject,
      requestingCountry: entry.requestingcountry,
      beneficiaryCountry: entry.beneficiarycountry,
      ...(isRefusedCommand(entry)
        ? { fact: 'CommandRefused' as const, sequence: entry.aftersequence }
        : { fact: factKindOf(entry), sequence: entry.sequence }),
      phase: entry.phase,
      time: entry.time,
      ...words,
    })
  if (beneficiary) tell(entry.beneficiarycountry, beneficiary)
  if (requester) tell(entry.requestingcountry, requester)
  return told
}
