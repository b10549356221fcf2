import { paymentStop } from '@holdfast/payment-stop'
import type { SqliteFile } from '@holdfast/sqlite'
import { growthOf } from '@holdfast/test-kit/ratios'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listCombinations as combinations, factsEach, openManyRequests } from '../../test/many-listed.ts'
import { beginning } from '../cursors/stream-position.ts'
import { listSql } from '../lists/list-sql.ts'
import type { RequestProjection } from './request-projection.ts'

let file: SqliteFile
let views: RequestProjection
/** Every statement that the projection has prepared. */
let statements: ReadonlySet<string>
let close: () => Promise<void>

const requests = 20_000

beforeAll(() => {
  ;({ file, views, statements, close } = openManyRequests(requests))
})
afterAll(() => close())

const planOf = (sql: string, values: readonly (string | number)[] = []) =>
  (file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]).map(({ detail }) => detail)

describe('with 20,000 requests and 120,000 facts of others', () => {
  test('the desk offers 132 lists', () => expect(combinations).toHaveLength(132))

  test.each(combinations)('a list by %j is read through an index, in its order', query => {
    for (const [country, column] of [
      ['SG', 'view'],
      ['TL', 'summary'],
    ] as const) {
      const { sql = '', values } = listSql(column, { country, ...query }, paymentStop.phases)
      const steps = planOf(sql, [...values, 1]).filter(step => !/^(MERGE \(UNION ALL\)|LEFT|RIGHT)$/.test(step))
      expect(steps.length).toBeGreaterThanOrEqual(2)
      // The index also finds the cursor: the last column of the order is part of the range.
      const range = query.after ? (query.sort === 'deadline' ? '>' : '<') : ''
      for (const [index, step] of steps.entries())
        if (index % 2) expect(step).toMatch(/^SEARCH requests USING INDEX/)
        else
          expect(step).toMatch(
            range
              ? new RegExp(`^SEARCH country_rows USING (COVERING )?INDEX \\w+ \\(country=\\? .*\\(.*,number\\)${range}\\(\\?,\\?\\)`)
              : /^SEARCH country_rows USING (COVERING )?INDEX \w+ \(country=\?/,
          )
    }
  })

  test('a list has exactly the requested rows, in its order', () => {
    const rows = file.prepare("SELECT * FROM country_rows WHERE country = 'SG'").all() as Record<string, number | string | null>[]
    for (const query of combinations) {
      const column = { opened: 'opened_ms', deadline: 'next_deadline_ms', updated: 'updated_ms', amount: 'rank' }[query.sort ?? 'opened']
      const sign = query.sort === 'deadline' ? 1 : -1
      const keyOf = (row: (typeof rows)[number]) => [Number(row[column]), Number(row.number)] as const
      const compare = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]) => sign * (a - c || b - d)
      const wanted = rows
        .filter(row => row[column] !== null)
        .filter(row => !query.phases || query.phases.includes(row.phase as 'frozen'))
        .filter(row => (!query.parent || row.parent === 'p') && (!query.currency || row.rank_group === 'USD'))
        .filter(row => !query.after || compare(keyOf(row), [query.after.key, query.after.number]) > 0)
        .sort((a, b) => compare(keyOf(a), keyOf(b)))
        .slice(0, 7)
        .map(({ request_id }) => request_id)
      const found = views
        .list({ country: 'SG', ...query, limit: 7 })
        .views.map(text => (JSON.parse(text) as { requestId: string }).requestId)
      expect(found, JSON.stringify(query)).toEqual(wanted)
    }
  })

  test('no statement scans a table, except for positions and parked requests', () => {
    for (const query of combinations) views.list({ country: 'SG', ...query, limit: 1 })
    const reads = [...statements].filter(sql => !sql.startsWith('DELETE FROM positions'))
    expect(reads.length).toBeGreaterThan(20)
    // Parked requests are few, and read at the start.
    // A full-text search walks its index from a token on: `M` is a MATCH, in row order.
    const allowed = /^SCAN (positions|parked|json_each VIRTUAL TABLE.*|search_names VIRTUAL TABLE INDEX \d+:M\d+)$/
    // The last fact is the end of its table.
    const last = 'SELECT arrival, partition, "offset", hash_prefix AS hashPrefix FROM facts ORDER BY arrival DESC LIMIT 1'
    for (const sql of reads)
      for (const step of planOf(sql)) {
        if (sql === last) expect(step).toBe('SCAN facts')
        else if (!allowed.test(step)) expect(step, sql).not.toMatch(/SCAN|TEMP B-TREE/)
      }
  })

  test('a country without requests reaches the end after one empty page', () => {
    const position = beginning
    expect(views.page({ country: 'VU', arrival: 0, position })).toEqual({ facts: [], reached: requests * factsEach, isLast: true })
  })

  test('a lookup of a foreign request takes the same path as one that does not exist, and loads neither', () => {
    const found = [...statements].filter(sql => sql.startsWith('SELECT view FROM'))
    expect(found.map(sql => planOf(sql))).toEqual([
      [
        expect.stringMatching(/^SEARCH country_rows USING COVERING INDEX sqlite_autoindex_country_rows_1 \(country=\? AND request_id=\?\)/),
        expect.stringMatching(/^SEARCH requests/),
      ],
    ])
    expect([views.find('r7', 'SG')?.requestId, views.find('r7', 'VU'), views.find('r-none', 'VU')]).toEqual(['r7', undefined, undefined])
    // A foreign request once took 18 times as long as one that does not exist.
    const ids = ['r7', 'r-none']
    const findOften = (index: number): void => {
      for (let turn = 0; turn < 500; turn++) views.find(ids[index] ?? '', 'VU')
    }
    expect(growthOf(findOften, { size: 0, smaller: 1, max: 3 })).toBeLessThan(3)
    expect(growthOf(findOften, { size: 1, smaller: 0, max: 3 })).toBeLessThan(3)
  })

  test('a page skips a bounded number of facts that another desk has sent', () => {
    const position = { ...beginning, next: new Map([[0, requests * factsEach - 1]]) }
    const offsets: number[] = []
    let arrival = 0
    let pages = 0
    for (let isLast = false; !isLast; pages++) {
      const page = views.page({ country: 'SG', arrival, position })
      offsets.push(...page.facts.map(({ offset }) => offset))
      ;({ reached: arrival, isLast } = page)
    }
    expect(offsets).toEqual([requests * factsEach - 1])
    expect(pages).toBe(61)
  })
})
