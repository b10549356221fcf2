import type { ListSort } from '@holdfast/schemas'
import type { ListQuery } from './list-query.ts'

const orders: Readonly<Record<ListSort, { readonly column: string; readonly direction: 'ASC' | 'DESC' }>> = {
  opened: { column: 'opened_ms', direction: 'DESC' },
  deadline: { column: 'next_deadline_ms', direction: 'ASC' },
  updated: { column: 'updated_ms', direction: 'DESC' },
  amount: { column: 'rank', direction: 'DESC' },
}

/**
 * The direction of requests as their country sees it; undefined if the query matches none. A request of a country to
 * itself counts as outgoing.
 */
function corridorOf({ country, requestingCountry: from, beneficiaryCountry: to }: Omit<ListQuery, 'limit'>) {
  if (from === undefined && to === undefined) return {}
  if (from === country) return to === undefined ? { outgoing: 1 } : { outgoing: 1, other: to }
  if (from === undefined) return to === country ? { outgoing: 0 } : { outgoing: 1, other: to as string }
  return to === undefined || to === country ? { outgoing: 0, other: from } : undefined
}

/**
 * Names the index whose first columns are the filters and whose next ones are the order, so that SQLite reads sorted
 * rows and no others. It would have to guess otherwise, because the projection is never analyzed. For a leading column
 * without a filter, such as the phase, there is an arm per value, which SQLite merges. No `sql` if nothing can match.
 *
 * @param phases all phases of the workflows.
 */
export function listSql(
  column: 'view' | 'summary',
  query: Omit<ListQuery, 'limit'>,
  phases: readonly string[],
): { sql?: string; values: (string | number)[] } {
  const { country, sort = 'opened', caseReference, parent, currency, after } = query
  const order = orders[sort]
  const corridor = corridorOf(query)
  if (!corridor) return { values: [] }
  const { name, leads } = indexFor(query, corridor)
  const filters: Readonly<Record<string, readonly (string | number)[]>> = {
    // First, because most rows are skipped by it.
    ...(query.phases || leads.includes('phase') ? { phase: [...new Set(query.phases ?? phases)] } : {}),
    country: [country],
    ...(caseReference === undefined ? {} : { case_reference: [caseReference] }),
    ...(parent === undefined ? {} : { parent: [parent] }),
    ...(currency === undefined ? {} : { rank_group: [currency] }),
    ...(corridor.other === undefined ? {} : { other: [corridor.other] }),
    ...(corridor.outgoing !== undefined || leads.includes('outgoing')
      ? { outgoing: corridor.outgoing === undefined ? [0, 1] : [corridor.outgoing] }
      : {}),
  }
  const comparison = order.direction === 'DESC' ? '<' : '>'
  const afterCursor = after ? [`(${order.column}, number) ${comparison} (?, ?)`] : []
  const afterValues = after ? [after.key, after.number] : []
  // A column after the order may have one of several values; each value of a leading column is an arm.
  const within = Object.entries(filters).filter(([name]) => !leads.includes(name))
  const arms = leads.reduce<(string | number)[][]>(
    (sofar, lead) => sofar.flatMap(arm => (filters[lead] ?? []).map(value => [...arm, value])),
    [[]],
  )
  const conditions = [
    ...leads.map(lead => `${lead} = ?`),
    // `=` skips rows a third faster than `IN` with one value.
    ...within.map(([name, values]) => (values.length === 1 ? `${name} = ?` : `${name} IN (${values.map(() => '?').join(', ')})`)),
    ...(sort === 'opened' ? [] : [`${order.column} IS NOT NULL`]),
    ...afterCursor,
  ]
  const arm = `SELECT ${order.column} AS key, number, requests.${column} AS text
    FROM country_rows INDEXED BY ${name} CROSS JOIN requests USING (request_id) WHERE ${conditions.join(' AND ')}`
  return {
    sql: `${arms.map(() => arm).join(' UNION ALL ')} ORDER BY key ${order.direction}, number ${order.direction} LIMIT ?`,
    values: arms.flatMap(arm => [...arm, ...within.flatMap(([, values]) => values), ...afterValues]),
  }
}

/** The index, and its columns before those of the order. */
function indexFor(
  { sort, caseReference, parent }: Pick<ListQuery, 'sort' | 'caseReference' | 'parent'>,
  { other }: { readonly other?: string },
): { readonly name: string; readonly leads: readonly string[] } {
  if (sort === 'deadline') return { name: 'country_rows_deadline', leads: ['country', 'outgoing', 'phase'] }
  if (sort === 'updated') return { name: 'country_rows_updated', leads: ['country', 'phase'] }
  if (sort === 'amount') return { name: 'country_rows_rank', leads: ['country', 'rank_group', 'phase'] }
  if (parent !== undefined) return { name: 'country_rows_parent', leads: ['country', 'parent'] }
  if (caseReference !== undefined) return { name: 'country_rows_case', leads: ['country', 'case_reference', 'outgoing'] }
  if (other !== undefined) return { name: 'country_rows_other', leads: ['country', 'other', 'outgoing', 'phase'] }
  return { name: 'country_rows_opened', leads: ['country', 'outgoing', 'phase'] }
}
