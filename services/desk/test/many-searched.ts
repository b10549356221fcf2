import type { SqliteFile } from '@holdfast/sqlite'

/**
 * Adds this many requests between SG and TL to the search index. Each has the account of the existing request, and a
 * similar name.
 */
export function fillSearch(file: SqliteFile, requests: number): void {
  const numbers = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${requests})`
  file.schema(`
    ${numbers} INSERT INTO search_names (rowid, words) SELECT 1000 + i, 'SGnguyen SGhoa' || i || ' TLnguyen TLhoa' || i FROM n;
    ${numbers} INSERT INTO blind_indexes (country, blind_index, arrival) SELECT 'SG', (SELECT blind_indexes.blind_index FROM blind_indexes WHERE country = 'SG' LIMIT 1), 1000 + i FROM n;
    ${numbers} INSERT INTO facts (arrival, partition, "offset", leaf, request_id, sequence, cause, hash_prefix, sum, line)
      SELECT 1000 + i, 0, 1000 + i, 1000 + i, 'r' || i, 1, 'c', 0, 0, '{}' FROM n;`)
}
