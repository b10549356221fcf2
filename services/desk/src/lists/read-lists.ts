import type { BasicSummary } from '@holdfast/core'
import type { RequestView } from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import { isParty, redactFor } from '../access/access-level.ts'
import type { ListCursor, ListQuery } from './list-query.ts'
import { listSql } from './list-sql.ts'

export interface ListReader {
  /** The views as JSON text: 200 requests are copied without parsing. */
  list(query: ListQuery): { views: string[]; next: ListCursor | undefined }
  standings(query: ListQuery): { standings: BasicSummary[]; next: ListCursor | undefined }
}

type ListRow = ListCursor & { readonly text: string }

export function createListReader(file: SqliteFile, phases: readonly string[]): ListReader {
  const read = (column: 'view' | 'summary', { limit, ...query }: ListQuery) => {
    const { sql, values } = listSql(column, query, phases)
    const rows = sql === undefined ? [] : (file.prepare(sql).all(...values, limit + 1) as unknown as ListRow[])
    const page = rows.slice(0, limit)
    const last = page.at(-1)
    return {
      texts: page.map(({ text }) => text),
      next: rows.length > limit && last ? { key: last.key, number: last.number } : undefined,
    }
  }
  return {
    list(query) {
      const { texts, next } = read('view', query)
      const redacted = (text: string): string => JSON.stringify(redactFor(query.country, JSON.parse(text) as RequestView))
      return { views: isParty(query.country) ? texts : texts.map(redacted), next }
    },
    standings(query) {
      const { texts, next } = read('summary', query)
      return { standings: texts.map(text => JSON.parse(text) as BasicSummary), next }
    },
  }
}
