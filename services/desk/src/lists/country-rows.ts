import type { BasicSummary, Views } from '@holdfast/core'
import type { Audience, LedgerFact } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { CountryCounts } from './country-counts.ts'
import { nextDeadlineOf } from './next-deadline.ts'

/** A request that a batch of records has changed. */
export interface ChangedRequest {
  /** Before the batch; undefined where it opened the request. */
  readonly before: BasicSummary | undefined
  readonly summary: BasicSummary
  /** The facts of this request in the batch, in their order. */
  readonly facts: readonly LedgerFact[]
  /** The ledger position of its opening. Unused if the request existed before the batch. */
  readonly number: number
  /** Whether a fact of the batch awaits an approval or a decision. */
  readonly proposes: boolean
}

/** What lists need of the views of a workflow. */
export type ListedViews = Pick<Views, 'deadlinesOf' | 'partiesOf' | 'rankOf'>

/** A request whose rows are to be updated. */
export interface SavedRequest extends Pick<ChangedRequest, 'before' | 'summary' | 'number'> {
  readonly views: ListedViews
  /** The audiences that had a row, and those that have one from now on. */
  readonly was: readonly Audience[]
  readonly is: readonly Audience[]
}

/** Writes the rows by which each country finds and lists its requests. */
export interface CountryRowWriter {
  /** To be called within a write. */
  save(request: SavedRequest): void
}

/** Updates only changed columns, because each index of a column is written with it. */
export function createCountryRowWriter(file: SqliteFile, counts: Pick<CountryCounts, 'note'>): CountryRowWriter {
  // It may be assigned before the desk has read it: during a rebuild, or when the ledger is behind the work topic. A
  // trigger instead would make SQLite save each page before: 26 µs more for a row that takes 7.
  const insert = file.prepare(
    `INSERT INTO country_rows (country, request_id, outgoing, other, phase, case_reference, parent, opened_ms, number, updated_ms, next_deadline_ms, rank_group, rank, assigned_to)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,
       coalesce((SELECT assigned_to FROM work_requests WHERE country = ?1 AND request_id = ?2), ''))`,
  )
  // Row by row: one statement for both takes SQLite twice as long, because it collects the rows first.
  const ofRow = 'WHERE country = ? AND request_id = ?'
  const touch = file.prepare(`UPDATE country_rows SET updated_ms = ? ${ofRow}`)
  const moveDeadline = file.prepare(`UPDATE country_rows SET updated_ms = ?, next_deadline_ms = ? ${ofRow}`)
  const movePhase = file.prepare(`UPDATE country_rows SET updated_ms = ?, next_deadline_ms = ?, phase = ? ${ofRow}`)
  const correct = file.prepare(
    `UPDATE country_rows SET updated_ms = ?, next_deadline_ms = ?, phase = ?, case_reference = ?, parent = ?, rank_group = ?, rank = ? ${ofRow}`,
  )

  function update(views: ListedViews, before: BasicSummary, summary: BasicSummary, countries: Iterable<string>): void {
    const { requestId } = summary
    const [was, is] = [rowOf(views, before), rowOf(views, summary)]
    const isCorrected = was.caseReference !== is.caseReference || was.parent !== is.parent || was.group !== is.group || was.rank !== is.rank
    for (const country of countries)
      if (isCorrected)
        correct.run(is.updatedMs, is.deadlineMs, is.phase, is.caseReference, is.parent, is.group, is.rank, country, requestId)
      else if (was.phase !== is.phase) movePhase.run(is.updatedMs, is.deadlineMs, is.phase, country, requestId)
      else if (was.deadlineMs !== is.deadlineMs) moveDeadline.run(is.updatedMs, is.deadlineMs, country, requestId)
      else touch.run(is.updatedMs, country, requestId)
  }

  /** For an audience that it is shared with, a request counts as incoming from the requesting country. */
  function begin(views: ListedViews, summary: BasicSummary, audiences: readonly Audience[], number: () => number): void {
    const { requestId, requestingCountry, openedAt } = summary
    const { phase, caseReference, parent, updatedMs, deadlineMs, group, rank } = rowOf(views, summary)
    for (const audience of audiences) {
      const isOutgoing = audience === requestingCountry
      const other = isOutgoing ? addresseeOf(views, summary) : requestingCountry
      const listed = [phase, caseReference, parent, Date.parse(openedAt), number(), updatedMs, deadlineMs, group, rank] as const
      insert.run(audience, requestId, Number(isOutgoing), other, ...listed)
      counts.note(audience, phase, 1)
    }
  }

  const readNumber = file.prepare('SELECT number FROM country_rows WHERE country = ? AND request_id = ?')
  /** As in the rows of its parties, which exist from the first fact on. */
  const numberOf = ({ requestId, requestingCountry }: BasicSummary) =>
    (readNumber.get(requestingCountry, requestId) as { number: number }).number
  const end = file.prepare(`DELETE FROM country_rows ${ofRow}`)

  function endFor(summary: BasicSummary, audiences: readonly Audience[]): void {
    for (const audience of audiences) {
      end.run(audience, summary.requestId)
      counts.note(audience, summary.phase, -1)
    }
  }

  return {
    save({ views, before, summary, number, was, is }) {
      if (before) {
        // A refused command is no fact and changes no listed value.
        if (before.sequence !== summary.sequence) {
          const stay = is.filter(audience => was.includes(audience))
          if (before.phase !== summary.phase)
            for (const audience of stay) {
              counts.note(audience, before.phase, -1)
              counts.note(audience, summary.phase, 1)
            }
          update(views, before, summary, stay)
        }
        endFor(before, without(was, is))
      }
      begin(views, summary, without(is, was), () => (before ? numberOf(summary) : number))
    },
  }
}

const without = (some: readonly Audience[], others: readonly Audience[]) => some.filter(audience => !others.includes(audience))

/** The columns of a row that can change. */
function rowOf({ deadlinesOf, rankOf }: ListedViews, summary: BasicSummary) {
  const { caseReference, parent, updatedAt } = summary
  const next = nextDeadlineOf(deadlinesOf(summary))
  const ranked = rankOf?.(summary)
  return {
    phase: summary.phase,
    caseReference,
    parent: parent?.requestId ?? null,
    updatedMs: Date.parse(updatedAt),
    deadlineMs: next ? Date.parse(next.dueAt) : null,
    group: ranked?.group ?? null,
    rank: ranked?.rank ?? null,
  }
}

/** The country that the requesting country asks: the first of the other parties, or itself. */
function addresseeOf({ partiesOf }: ListedViews, summary: BasicSummary): string {
  const [first, second = first] = partiesOf(summary)
  return second?.country ?? ''
}
