import { parseSnapshot, type RequestSnapshot } from '@holdfast/lifecycle'
import type { Phase } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'

/** A place in the list, newest first: the instant of the opening in milliseconds, and where it lies in the ledger, for those of one instant. */
export interface ListPlace {
  readonly openedMs: number
  readonly number: number
}

/** A case is what one country calls by one reference. */
export interface CaseName {
  readonly requestingCountry: string
  readonly caseReference: string
}

/** What a desk may look at: what its country sent or what is addressed to it, and of the rest not even a count (V16). */
export interface ListQuery extends Partial<CaseName> {
  readonly country: string
  readonly phase?: Phase
  /** Only what says that it follows the money of this request. */
  readonly parent?: string
  /** Only what comes after this place in the list. */
  readonly after?: ListPlace
  readonly limit: number
}

export interface ListReader {
  /** The views as JSON texts: of 200 requests nobody parses one. */
  list(query: ListQuery): { views: string[]; next: ListPlace | undefined }
  snapshots(query: ListQuery): { snapshots: RequestSnapshot[]; next: ListPlace | undefined }
}

type ListRow = ListPlace & { readonly text: string }

export function createListReader(file: SqliteFile): ListReader {
  const read = (column: 'view' | 'snapshot', { limit, ...query }: ListQuery) => {
    const { sql, values } = listSql(column, query)
    const rows = file.prepare(sql).all(...values, limit + 1) as unknown as ListRow[]
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      texts: page.map(({ text }) => text),
      next: rows.length > limit && last ? { openedMs: last.openedMs, number: last.number } : undefined,
    }
  }
  return {
    list(query) {
      const { texts, next } = read('view', query)
      return { views: texts, next }
    },
    snapshots(query) {
      const { texts, next } = read('snapshot', query)
      return { snapshots: texts.map(parseSnapshot), next }
    },
  }
}

/**
 * Each condition that is not asked for is left out. The index is named: it is the one whose first columns are those that are asked for and whose next ones are the
 * order of the list, so that rows come sorted and no more of them are read than are given. SQLite would have to guess, as the view is never analyzed.
 */
export function listSql(column: 'view' | 'snapshot', query: Omit<ListQuery, 'limit'>): { sql: string; values: (string | number)[] } {
  const { country, phase, requestingCountry, caseReference, parent, after } = query
  const asked: ReadonlyArray<readonly [sql: string, ...values: (string | number | undefined)[]]> = [
    ['country = ?', country],
    ['phase = ?', phase],
    ['requesting = ?', requestingCountry],
    ['case_reference = ?', caseReference],
    ['parent = ?', parent],
    ['(opened_ms, number) < (?, ?)', after?.openedMs, after?.number],
  ]
  const conditions = asked.flatMap(([sql, ...values]) =>
    values.includes(undefined) ? [] : [{ sql, values: values as (string | number)[] }],
  )
  const sql = `SELECT opened_ms AS openedMs, number, requests.${column} AS text
    FROM sides INDEXED BY ${indexFor(query)} CROSS JOIN requests USING (request_id)
    WHERE ${conditions.map(condition => condition.sql).join(' AND ')} ORDER BY opened_ms DESC, number DESC LIMIT ?`
  return { sql, values: conditions.flatMap(condition => condition.values) }
}

function indexFor({ phase, requestingCountry, caseReference, parent }: Omit<ListQuery, 'limit'>): string {
  if (parent !== undefined) return 'sides_parent'
  if (requestingCountry !== undefined && caseReference !== undefined) return 'sides_case'
  if (requestingCountry !== undefined) return phase === undefined ? 'sides_requesting' : 'sides_requesting_phase'
  return phase === undefined ? 'sides_opened' : 'sides_phase'
}
