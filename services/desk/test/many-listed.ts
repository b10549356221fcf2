import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { listSorts } from '@holdfast/schemas'
import { openSqlite, type SqliteFile } from '@holdfast/sqlite'
import { filtersOf, type ListQuery } from '../src/lists/list-query.ts'
import { createRequestProjection, type RequestProjection } from '../src/projection/request-projection.ts'
import { testWords } from './encryption.ts'
import { paymentStopsOnly } from './one-workflow.ts'
import { testSecret } from './secret.ts'

/** Facts of each request. */
export const factsEach = 6

export interface ManyRequests {
  readonly file: SqliteFile
  readonly views: RequestProjection
  /** Every statement that the projection prepared. */
  readonly statements: ReadonlySet<string>
  close(): Promise<void>
}

/** A projection of this many requests of SG to TL, with six facts each. States and lines of the facts are empty. */
export function openManyRequests(requests: number): ManyRequests {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-many-listed-'))
  const file = openSqlite(join(folder, 'desk.sqlite'), { durable: false })
  const statements = new Set<string>()
  const prepare = <Row>(sql: string) => {
    statements.add(sql)
    return file.prepare<Row>(sql)
  }
  const views = createRequestProjection(paymentStopsOnly, { ...file, prepare }, testSecret, testWords)
  file.schema(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests})
    INSERT INTO requests (request_id, workflow, summary, view) SELECT 'r' || i, 'payment-stop', '{}', '{"requestId":"r' || i || '"}' FROM n;
    INSERT INTO country_rows (country, request_id, outgoing, other, phase, case_reference, parent, opened_ms, number, updated_ms, next_deadline_ms, rank_group, rank)
      SELECT side.value, request_id, side.value = 'SG', CASE side.value WHEN 'SG' THEN 'TL' ELSE 'SG' END,
        CASE WHEN requests.rowid % 1000 = 0 THEN 'frozen' ELSE 'closed' END, 'CASE', CASE WHEN requests.rowid % 2 THEN 'p' END,
        1700000000000 + requests.rowid / 10, requests.rowid * 4096, 1700000900000 - requests.rowid / 10,
        CASE WHEN requests.rowid % 10 = 0 THEN 1700009000000 + requests.rowid % 977 END, CASE WHEN requests.rowid % 3 THEN 'USD' ELSE 'EUR' END, requests.rowid % 7919
      FROM requests, json_each('["SG","TL"]') AS side;
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests * factsEach})
    INSERT INTO facts (partition, "offset", leaf, request_id, sequence, cause, hash_prefix, sum, line)
      SELECT 0, i, i, 'r' || (i / ${factsEach}), i % ${factsEach} + 1, 'c' || i, i, ${crc32('{}')}, '{}' FROM n;
    INSERT INTO fact_audiences (country, arrival, partition, "offset")
      SELECT side.value, arrival, partition, "offset" FROM facts, json_each('["SG","TL"]') AS side;
    INSERT INTO alerts (country, partition, "offset", arrival, request_id, alert)
      SELECT 'SG', partition, "offset", arrival, request_id, '{}' FROM facts WHERE sequence = 6;
    INSERT INTO positions VALUES (0, ${requests * factsEach}, '');`)
  return {
    file,
    views,
    statements,
    async close() {
      await file.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const after = { key: 1_700_000_001_000, number: 40_960_000 }
const filters = { requestingCountry: 'SG', beneficiaryCountry: 'TL', caseReference: 'CASE', parent: 'p', currency: 'USD' } as const
const phasesAsked = [{}, { phases: ['frozen'] }, { phases: ['frozen', 'received', 'closed'] }] as const

type Asked = Omit<ListQuery, 'limit' | 'country'>
const subsetsOf = (names: readonly (keyof typeof filters)[]) =>
  Array.from({ length: 2 ** names.length }, (_, bits) =>
    Object.fromEntries(names.filter((_name, index) => bits & (1 << index)).map(name => [name, filters[name]])),
  )
/** All lists on offer: each order with some filters, some phases or all, from the start or from a cursor. */
export const listCombinations: readonly Asked[] = listSorts.flatMap(sort =>
  subsetsOf(filtersOf[sort])
    .filter(subset => sort !== 'amount' || 'currency' in subset)
    .flatMap(subset => phasesAsked.flatMap(asked => [{}, { after }].map(place => ({ sort, ...subset, ...asked, ...place })))),
)
