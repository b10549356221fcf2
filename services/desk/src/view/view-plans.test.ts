import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { listSorts } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { cpuMsOf, slowness } from '@holdfast/test-kit/machine-speed'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testSecret } from '../../test/secret.ts'
import { filtersOf, type ListQuery } from '../lists/list-query.ts'
import { listSql } from '../lists/list-sql.ts'
import { beginning } from '../stream/stream-position.ts'
import { createRequestViews, type RequestViews } from './request-view.ts'

const dir = mkdtempSync(join(tmpdir(), 'holdfast-plans-'))
let file: SqliteFile
let views: RequestViews
/** Every statement that the view has made. */
const statements = new Set<string>()

const requests = 20_000
let lookMsMax = 1
const factsEach = 6

/** What 20,000 requests of SG to TL and 120,000 facts leave in the tables; standings and lines are no part of what is looked for. */
const fill = `
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests})
  INSERT INTO requests (request_id, standing, view) SELECT 'r' || i, '{}', '{"requestId":"r' || i || '"}' FROM n;
  INSERT INTO sides (country, request_id, outgoing, other, phase, case_reference, parent, opened_ms, number, updated_ms, next_deadline_ms, currency, amount)
    SELECT side.value, request_id, side.value = 'SG', CASE side.value WHEN 'SG' THEN 'TL' ELSE 'SG' END,
      CASE WHEN requests.rowid % 1000 = 0 THEN 'frozen' ELSE 'closed' END, 'CASE', CASE WHEN requests.rowid % 2 THEN 'p' END,
      1700000000000 + requests.rowid / 10, requests.rowid * 4096, 1700000900000 - requests.rowid / 10,
      CASE WHEN requests.rowid % 10 = 0 THEN 1700009000000 + requests.rowid % 977 END, CASE WHEN requests.rowid % 3 THEN 'USD' ELSE 'EUR' END, requests.rowid % 7919
    FROM requests, json_each('["SG","TL"]') AS side;
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests * factsEach})
  INSERT INTO facts (partition, "offset", leaf, request_id, sequence, cause, mark, sum, line)
    SELECT 0, i, i, 'r' || (i / ${factsEach}), i % ${factsEach} + 1, 'c' || i, i, ${crc32('{}')}, '{}' FROM n;
  INSERT INTO fact_sides (country, arrival, partition, "offset")
    SELECT side.value, arrival, partition, "offset" FROM facts, json_each('["SG","TL"]') AS side;
  INSERT INTO alerts (country, partition, "offset", arrival, request_id, alert)
    SELECT 'SG', partition, "offset", arrival, request_id, '{}' FROM facts WHERE sequence = 6;
  INSERT INTO positions VALUES (0, ${requests * factsEach}, '');`

beforeAll(() => {
  lookMsMax *= slowness()
  file = openSqlite(join(dir, 'desk.sqlite'), { durable: false })
  const prepare = <Row>(sql: string) => {
    statements.add(sql)
    return file.prepare<Row>(sql)
  }
  views = createRequestViews({ ...file, prepare }, testSecret)
  file.schema(fill)
})
afterAll(async () => {
  await file.close()
  rmSync(dir, { recursive: true })
})

const after = { key: 1_700_000_001_000, number: 40_960_000 }
const filters = { requestingCountry: 'SG', beneficiaryCountry: 'TL', caseReference: 'CASE', parent: 'p', currency: 'USD' } as const
const phasesAsked = [{}, { phases: ['frozen'] }, { phases: ['frozen', 'received', 'closed'] }] as const

type Asked = Omit<ListQuery, 'limit' | 'country'>
const subsetsOf = (names: readonly (keyof typeof filters)[]) =>
  Array.from({ length: 2 ** names.length }, (_, bits) =>
    Object.fromEntries(names.filter((_name, index) => bits & (1 << index)).map(name => [name, filters[name]])),
  )
/** All lists that are offered: each order with some of what it may be narrowed by, some phases or all of them, from its beginning or from a place on. */
const combinations: Asked[] = listSorts.flatMap(sort =>
  subsetsOf(filtersOf[sort])
    .filter(subset => sort !== 'amount' || 'currency' in subset)
    .flatMap(subset => phasesAsked.flatMap(asked => [{}, { after }].map(place => ({ sort, ...subset, ...asked, ...place })))),
)

const planOf = (sql: string, values: readonly (string | number)[] = []) =>
  (file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values) as { detail: string }[]).map(({ detail }) => detail)

/** Measured again where it seems too much. */
const lookMsOf = (work: () => unknown): number => cpuMsOf(work, lookMsMax)

describe('with 20,000 requests and 120,000 facts of others', () => {
  test('there are 132 lists on offer', () => expect(combinations).toHaveLength(132))

  test.each(combinations)('a list by %j is read by an index, in its order', query => {
    for (const [country, column] of [
      ['SG', 'view'],
      ['TL', 'standing'],
    ] as const) {
      const { sql = '', values } = listSql(column, { country, ...query })
      const steps = planOf(sql, [...values, 1]).filter(step => !/^(MERGE \(UNION ALL\)|LEFT|RIGHT)$/.test(step))
      expect(steps.length).toBeGreaterThanOrEqual(2)
      // The place is found by the index as well: the last column of the order that is compared is one of the range.
      const range = query.after ? (query.sort === 'deadline' ? '>' : '<') : ''
      for (const [index, step] of steps.entries())
        if (index % 2) expect(step).toMatch(/^SEARCH requests USING INDEX/)
        else
          expect(step).toMatch(
            range
              ? new RegExp(`^SEARCH sides USING (COVERING )?INDEX \\w+ \\(country=\\? .*\\(.*,number\\)${range}\\(\\?,\\?\\)`)
              : /^SEARCH sides USING (COVERING )?INDEX \w+ \(country=\?/,
          )
    }
  })

  test('a list holds what is asked for, in its order, whatever it is merged from', () => {
    const rows = file.prepare("SELECT * FROM sides WHERE country = 'SG'").all() as Record<string, number | string | null>[]
    for (const query of combinations) {
      const column = { opened: 'opened_ms', deadline: 'next_deadline_ms', updated: 'updated_ms', amount: 'amount' }[query.sort ?? 'opened']
      const sign = query.sort === 'deadline' ? 1 : -1
      const keyOf = (row: (typeof rows)[number]) => [Number(row[column]), Number(row.number)] as const
      const compare = ([a, b]: readonly [number, number], [c, d]: readonly [number, number]) => sign * (a - c || b - d)
      const wanted = rows
        .filter(row => row[column] !== null)
        .filter(row => !query.phases || query.phases.includes(row.phase as 'frozen'))
        .filter(row => (!query.parent || row.parent === 'p') && (!query.currency || row.currency === 'USD'))
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

  test('no statement of the view reads a table from end to end, but the few rows of the positions and of what is parked', () => {
    for (const query of combinations) views.list({ country: 'SG', ...query, limit: 1 })
    const reads = [...statements].filter(sql => !sql.startsWith('DELETE FROM positions'))
    expect(reads.length).toBeGreaterThan(20)
    // What is parked is a handful, read at the start.
    // A full-text index is walked over from a word on: `M` is a MATCH, in the order of its rows.
    const allowed = /^SCAN (positions|parked|json_each VIRTUAL TABLE.*|search_names VIRTUAL TABLE INDEX \d+:M\d+)$/
    // The last fact is the end of its table.
    const last = 'SELECT arrival, partition, "offset", mark FROM facts ORDER BY arrival DESC LIMIT 1'
    for (const sql of reads)
      for (const step of planOf(sql)) {
        if (sql === last) expect(step).toBe('SCAN facts')
        else if (!allowed.test(step)) expect(step, sql).not.toMatch(/SCAN|TEMP B-TREE/)
      }
  })

  test.each(['SG', 'TL', 'VU'])('one row for %s takes a millisecond or two, whatever is asked for', country => {
    const last = views.lastArrival()
    const position = beginning
    for (const query of combinations)
      expect(
        lookMsOf(() => views.list({ country, ...query, limit: 1 })),
        JSON.stringify(query),
      ).toBeLessThan(lookMsMax)
    expect(lookMsOf(() => views.find('r7', country))).toBeLessThan(lookMsMax)
    expect(lookMsOf(() => views.counts(country, new Date(1_700_009_000_300)))).toBeLessThan(lookMsMax)
    expect(lookMsOf(() => views.proposals(country, undefined, 1))).toBeLessThan(lookMsMax)
    expect(lookMsOf(() => views.alerts(country, { next: new Map([[0, 60_000]]) }, 1))).toBeLessThan(lookMsMax)
    expect(lookMsOf(() => views.alerts(country, 'last', 1))).toBeLessThan(lookMsMax)
    expect(lookMsOf(() => views.page({ country, arrival: last - 1, position }))).toBeLessThan(lookMsMax)
  })

  test('who has nothing stands at the end after one empty page', () => {
    const position = beginning
    expect(views.page({ country: 'VU', arrival: 0, position })).toEqual({ facts: [], reached: requests * factsEach, isLast: true })
    expect(lookMsOf(() => views.page({ country: 'VU', arrival: 0, position }))).toBeLessThan(lookMsMax)
  })

  test("another country's request is looked for where one that does not exist is, and neither is loaded", () => {
    const found = [...statements].filter(sql => sql.startsWith('SELECT view FROM'))
    expect(found.map(sql => planOf(sql))).toEqual([
      [
        expect.stringMatching(/^SEARCH sides USING COVERING INDEX sqlite_autoindex_sides_1 \(country=\? AND request_id=\?\)/),
        expect.stringMatching(/^SEARCH requests/),
      ],
    ])
    expect([views.find('r7', 'SG')?.requestId, views.find('r7', 'VU'), views.find('r-none', 'VU')]).toEqual(['r7', undefined, undefined])
    // A foreign one took 18 times as long as one that does not exist.
    const ofMany = (id: string) =>
      cpuMsOf(() => {
        for (let turn = 0; turn < 500; turn++) views.find(id, 'VU')
      }, 0)
    const [foreign, none] = [ofMany('r7'), ofMany('r-none')]
    expect(Math.max(foreign, none) / Math.min(foreign, none)).toBeLessThan(3)
  })

  test('facts that another desk gave are passed over by pages that have an end', () => {
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
