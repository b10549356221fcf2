import { type ListSort, phases } from '@holdfast/schemas'
import type { ListQuery } from './list-query.ts'

const orders: Readonly<Record<ListSort, { readonly column: string; readonly direction: 'ASC' | 'DESC' }>> = {
  opened: { column: 'opened_ms', direction: 'DESC' },
  deadline: { column: 'next_deadline_ms', direction: 'ASC' },
  updated: { column: 'updated_ms', direction: 'DESC' },
  amount: { column: 'amount', direction: 'DESC' },
}

/** Which way a request goes, as its country sees it; undefined where it has nothing of the kind. A request of a country to itself is one that it sent. */
function corridorOf({ country, requestingCountry: from, beneficiaryCountry: to }: Omit<ListQuery, 'limit'>) {
  if (from === undefined && to === undefined) return {}
  if (from === country) return to === undefined ? { outgoing: 1 } : { outgoing: 1, other: to }
  if (from === undefined) return to === country ? { outgoing: 0 } : { outgoing: 1, other: to as string }
  return to === undefined || to === country ? { outgoing: 0, other: from } : undefined
}

/**
 * The index is named: it is the one whose first columns are those that are asked for and whose next ones are the order of the list, so that rows come sorted and no
 * more of them are read than are given. SQLite would have to guess, as the view is never analyzed. Of what stands before the order and is not asked for, such as the phase, there is
 * an arm for each value, and SQLite merges them. Without a text where nothing can be found.
 */
export function listSql(column: 'view' | 'standing', query: Omit<ListQuery, 'limit'>): { sql?: string; values: (string | number)[] } {
  const { country, sort = 'opened', caseReference, parent, currency, after } = query
  const order = orders[sort]
  const corridor = corridorOf(query)
  if (!corridor) return { values: [] }
  const { name, leads } = indexFor(query, corridor)
  const asked: Readonly<Record<string, readonly (string | number)[]>> = {
    // First, as it is what most rows are passed over by.
    ...(query.phases || leads.includes('phase') ? { phase: [...new Set(query.phases ?? phases)] } : {}),
    country: [country],
    ...(caseReference === undefined ? {} : { case_reference: [caseReference] }),
    ...(parent === undefined ? {} : { parent: [parent] }),
    ...(currency === undefined ? {} : { currency: [currency] }),
    ...(corridor.other === undefined ? {} : { other: [corridor.other] }),
    ...(corridor.outgoing !== undefined || leads.includes('outgoing')
      ? { outgoing: corridor.outgoing === undefined ? [0, 1] : [corridor.outgoing] }
      : {}),
  }
  const comparison = order.direction === 'DESC' ? '<' : '>'
  const behind = after ? [`(${order.column}, number) ${comparison} (?, ?)`] : []
  const behindValues = after ? [after.key, after.number] : []
  // Of what stands behind the order one value or another may do; of what stands before it each is an arm of its own.
  const within = Object.entries(asked).filter(([name]) => !leads.includes(name))
  const arms = leads.reduce<(string | number)[][]>(
    (sofar, lead) => sofar.flatMap(arm => (asked[lead] ?? []).map(value => [...arm, value])),
    [[]],
  )
  const conditions = [
    ...leads.map(lead => `${lead} = ?`),
    // `=` is a third faster to pass over rows by than `IN` with one value.
    ...within.map(([name, values]) => (values.length === 1 ? `${name} = ?` : `${name} IN (${values.map(() => '?').join(', ')})`)),
    ...(sort === 'opened' ? [] : [`${order.column} IS NOT NULL`]),
    ...behind,
  ]
  const arm = `SELECT ${order.column} AS key, number, requests.${column} AS text
    FROM sides INDEXED BY ${name} CROSS JOIN requests USING (request_id) WHERE ${conditions.join(' AND ')}`
  return {
    sql: `${arms.map(() => arm).join(' UNION ALL ')} ORDER BY key ${order.direction}, number ${order.direction} LIMIT ?`,
    values: arms.flatMap(arm => [...arm, ...within.flatMap(([, values]) => values), ...behindValues]),
  }
}

/** The index, and its columns before those of the order. */
function indexFor(
  { sort, caseReference, parent }: Pick<ListQuery, 'sort' | 'caseReference' | 'parent'>,
  { other }: { readonly other?: string },
): { readonly name: string; readonly leads: readonly string[] } {
  if (sort === 'deadline') return { name: 'sides_deadline', leads: ['country', 'outgoing', 'phase'] }
  if (sort === 'updated') return { name: 'sides_updated', leads: ['country', 'phase'] }
  if (sort === 'amount') return { name: 'sides_amount', leads: ['country', 'currency', 'phase'] }
  if (parent !== undefined) return { name: 'sides_parent', leads: ['country', 'parent'] }
  if (caseReference !== undefined) return { name: 'sides_case', leads: ['country', 'case_reference', 'outgoing'] }
  if (other !== undefined) return { name: 'sides_other', leads: ['country', 'other', 'outgoing', 'phase'] }
  return { name: 'sides_opened', leads: ['country', 'outgoing', 'phase'] }
}
