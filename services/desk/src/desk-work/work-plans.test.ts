import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { slowness } from '@holdfast/test-kit/machine-speed'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testSecret } from '../../test/secret.ts'
import { createRequestViews } from '../view/request-view.ts'
import { createWorkViews, type WorkViews } from './work-views.ts'

const dir = mkdtempSync(join(tmpdir(), 'holdfast-work-plans-'))
const statements = new Set<string>()
let file: SqliteFile
let work: WorkViews
let pageMsMax = 30
const requests = 100_000
const now = new Date(1_700_000_000_000)

const snoozed = '{"actor":"SG/officer/a","time":"t","data":{}}'
/** A country with 100,000 open requests, each due some time: half of them one person's, 22 of 25 of another one asleep's, and an alert of each, of which nine of ten are acknowledged. */
const fill = `
  WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests})
  INSERT INTO requests (request_id, standing, view) SELECT 'r' || i, '{}', '{"requestId":"r' || i || '"}' FROM n;
  INSERT INTO work_requests (country, request_id, assigned_to, assigned_by, snoozed_until_ms, snoozed_by, snoozed_after, snoozed_at)
    SELECT 'SG', request_id, CASE WHEN rowid % 2 THEN 'busy' WHEN rowid % 4 THEN 'sleepy' ELSE '' END, 1,
      CASE WHEN rowid % 4 = 2 AND rowid % 100 < 90 THEN ${now.getTime()} + 1000 + rowid END, 1, 9, '' FROM requests;
  INSERT INTO sides (country, request_id, outgoing, other, phase, case_reference, opened_ms, number, updated_ms, next_deadline_ms, assigned_to)
    SELECT 'SG', request_id, 1, 'TL', 'frozen', 'CASE', 0, requests.rowid * 4096, 0, 1700000000000 + requests.rowid % 977, work_requests.assigned_to
    FROM requests JOIN work_requests USING (request_id);
  INSERT INTO facts (partition, "offset", leaf, request_id, sequence, cause, mark, sum, line)
    SELECT rowid % 4, rowid, rowid, request_id, 1, '', 0, 0, '' FROM requests;
  INSERT INTO alerts (country, partition, "offset", arrival, request_id, alert)
    SELECT 'SG', partition, "offset", arrival, request_id, '{"requestId":"' || request_id || '","fact":"HoldExpired","sequence":1,"time":"t"}' FROM facts;
  INSERT INTO work_acknowledged SELECT 'SG', request_id, 'HoldExpired', 1, 't', 1 FROM requests WHERE rowid % 10;
  INSERT INTO positions SELECT value, ${requests}, '' FROM json_each('[0,1,2,3]');
  INSERT INTO work_events VALUES ('SG', 1, 'id', ${crc32(snoozed)}, '${snoozed}');`

beforeAll(() => {
  pageMsMax *= slowness()
  file = openSqlite(join(dir, 'desk.sqlite'), { durable: false })
  createRequestViews(file, testSecret)
  const prepare = <Row>(sql: string) => {
    statements.add(sql)
    return file.prepare<Row>(sql)
  }
  work = createWorkViews({ ...file, prepare })
  file.schema(fill)
}, 60_000)
afterAll(async () => {
  await file.close()
  rmSync(dir, { recursive: true })
})

/** Of a hundred pages that follow each other, in milliseconds: the median, as one page can be that of a machine that is busy elsewhere, and the 95th. */
function timesOf(page: (after: never) => { next: unknown }): { readonly median: number; readonly p95: number } {
  const times: number[] = []
  for (let n = 0, after: unknown; n < 100; n++) {
    const startedMs = performance.now()
    const { next } = page(after as never)
    times.push(performance.now() - startedMs)
    after = next
  }
  times.sort((a, b) => a - b)
  return { median: times[49] ?? Number.NaN, p95: times[94] ?? Number.NaN }
}
const say = (what: string, { median, p95 }: ReturnType<typeof timesOf>): void =>
  console.log(`${what}: median ${median.toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`)
const ofCountry = { country: 'SG', limit: 50, now }
const following = (after: unknown) => (after ? { after: after as { key: number; number: number } } : {})

test.each(['busy', 'sleepy', ''])('a page of 100,000 requests that are those of "%s", asleep or not, is read within the bar', person => {
  const times = timesOf(after => work.inbox({ ...ofCountry, person, ...following(after) }))
  say(`inbox of "${person}"`, times)
  expect(times.median).toBeLessThan(pageMsMax)
})

test('a page of what sleeps, and of alerts that nobody has acknowledged, as well', () => {
  const asleep = timesOf(after => work.snoozed({ ...ofCountry, ...following(after) }))
  const alerts = timesOf(after => work.openAlerts('SG', after, 50))
  say('asleep', asleep)
  say('alerts', alerts)
  expect(Math.max(asleep.median, alerts.median)).toBeLessThan(pageMsMax)
})

test('those who sleep are passed over, and each of the others is found once', () => {
  const ids: string[] = []
  for (let after: unknown, n = 0; n === 0 || after; n++) {
    const { items, next } = work.inbox({ ...ofCountry, person: 'sleepy', limit: 200, ...following(after) })
    ids.push(...items.map(({ view }) => (JSON.parse(view) as { requestId: string }).requestId))
    after = next
  }
  expect([ids.length, new Set(ids).size]).toEqual([3_000, 3_000])
})

test('no statement reads a table from end to end, but the few rows of the positions', () => {
  expect(statements.size).toBeGreaterThan(20)
  const allowed = /^SCAN (positions|work_positions|said|CONSTANT ROW)/
  for (const sql of statements) {
    const steps = file.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { detail: string }[]
    for (const { detail } of steps)
      if (detail.startsWith('SCAN') && !/sqlite_master|work_version/.test(sql)) expect(detail, sql).toMatch(allowed)
  }
})
