import type { SqliteFile } from '@holdfast/sqlite'

/** Writes this many requests of SG to TL: a third in each of three phases, with deadlines one millisecond apart. */
export function fillCountryRows(file: SqliteFile, requests: number): void {
  file.schema(`
    WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < ${requests})
    INSERT INTO country_rows (country, request_id, outgoing, other, phase, case_reference, parent, opened_ms, number, updated_ms, next_deadline_ms, rank_group, rank)
      SELECT 'SG', 'r' || i, i % 2, 'TL', CASE i % 3 WHEN 0 THEN 'frozen' WHEN 1 THEN 'verified' ELSE 'received' END, 'CASE', NULL, i, i, i, 1700000000000 + i, 'USD', i FROM n;
    INSERT INTO phase_counts SELECT country, phase, count(*) FROM country_rows GROUP BY country, phase;`)
}
