import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { createDeskPersons } from '../src/desk-work/desk-persons.ts'
import { createWorkProjection, type WorkProjection } from '../src/desk-work/work-projection.ts'
import { createRequestProjection } from '../src/projection/request-projection.ts'
import { testWords } from './encryption.ts'
import { paymentStopsOnly } from './one-workflow.ts'
import { testSecret } from './secret.ts'

export const manyWorkNow = new Date(1_700_000_000_000)

export interface ManyWork {
  readonly file: SqliteFile
  readonly work: WorkProjection
  /** Every statement that the work projection prepared. */
  readonly statements: ReadonlySet<string>
  close(): Promise<void>
}

const snoozed = '{"actor":"SG/officer/a","time":"t","data":{}}'

/**
 * Opens the work views of a country with this many open requests, each with a deadline. Half of them are assigned to `busy`. A quarter are assigned to
 * `sleepy`, and 22 of 25 of those are snoozed. Each request has an alert, and nine of ten alerts are acknowledged.
 */
export function openManyWork(requests: number): ManyWork {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-many-work-'))
  const file = openSqlite(join(folder, 'desk.sqlite'), { durable: false })
  createRequestProjection(paymentStopsOnly, file, testSecret, testWords)
  const statements = new Set<string>()
  const prepare = <Row>(sql: string) => {
    statements.add(sql)
    return file.prepare<Row>(sql)
  }
  const work = createWorkProjection({ ...file, prepare }, createDeskPersons(testSecret, testWords))
  file.schema(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests})
    INSERT INTO requests (request_id, workflow, summary, view) SELECT 'r' || i, 'payment-stop', '{}', '{"requestId":"r' || i || '"}' FROM n;
    INSERT INTO work_requests (country, request_id, assigned_to, assigned_by, snoozed_until_ms, snoozed_by, snoozed_after, snoozed_at)
      SELECT 'SG', request_id, CASE WHEN rowid % 2 THEN 'busy' WHEN rowid % 4 THEN 'sleepy' ELSE '' END, 1,
        CASE WHEN rowid % 4 = 2 AND rowid % 100 < 90 THEN ${manyWorkNow.getTime()} + 1000 + rowid END, 1, 9, '' FROM requests;
    INSERT INTO country_rows (country, request_id, outgoing, other, phase, case_reference, opened_ms, number, updated_ms, next_deadline_ms, assigned_to)
      SELECT 'SG', request_id, 1, 'TL', 'frozen', 'CASE', 0, requests.rowid * 4096, 0, 1700000000000 + requests.rowid % 977, work_requests.assigned_to
      FROM requests JOIN work_requests USING (request_id);
    INSERT INTO facts (partition, "offset", leaf, request_id, sequence, cause, hash_prefix, sum, line)
      SELECT rowid % 4, rowid, rowid, request_id, 1, '', 0, 0, '' FROM requests;
    INSERT INTO alerts (country, partition, "offset", arrival, request_id, alert)
      SELECT 'SG', partition, "offset", arrival, request_id, '{"requestId":"' || request_id || '","fact":"HoldExpired","sequence":1,"time":"t"}' FROM facts;
    INSERT INTO work_acknowledged SELECT 'SG', request_id, 'HoldExpired', 1, 't', 1 FROM requests WHERE rowid % 10;
    INSERT INTO positions SELECT value, ${requests}, '' FROM json_each('[0,1,2,3]');
    INSERT INTO work_events VALUES ('SG', 1, 'id', ${crc32(snoozed)}, '${snoozed}');`)
  return {
    file,
    work,
    statements,
    async close() {
      await file.close()
      rmSync(folder, { recursive: true })
    },
  }
}
