import type { SqliteFile } from '@holdfast/sqlite'
import { pageSize, type Rewrapping, type WrappedCountryKey } from '../key-store.ts'
import { createKeyBytes, type KeyRow, keyOf } from './key-bytes.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS country_keys (
    place INTEGER PRIMARY KEY,
    key_id TEXT NOT NULL UNIQUE,
    country TEXT NOT NULL,
    version INTEGER NOT NULL,
    wrapped_by TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS country_keys_of ON country_keys (country, version);
`

const columns = `
  place, key_id AS keyId, country, version, wrapped_by AS wrappedBy, created_at AS createdAt, bytes
  FROM country_keys JOIN country_key_bytes USING (place)`

/** The country keys, row by row; write only inside a write of the file. */
export function createCountryKeyRows(file: SqliteFile) {
  file.schema(schema)
  const bytes = createKeyBytes(file, 'country_key_bytes')
  const byId = file.prepare(`SELECT ${columns} WHERE key_id = ?`)
  // If a restore brought two keys of one version, the first one is current.
  const currentOf = file.prepare(`SELECT ${columns} WHERE country = ? ORDER BY version DESC, place LIMIT 1`)
  const add = file.prepare('INSERT INTO country_keys (key_id, country, version, wrapped_by, created_at) VALUES (?, ?, ?, ?, ?)')
  const setWrappedBy = file.prepare('UPDATE country_keys SET wrapped_by = ? WHERE place = ?')
  const behind = file.prepare(`SELECT ${columns} WHERE place > ? ORDER BY place LIMIT ?`)

  const current = (country: string): WrappedCountryKey | undefined => keyIn(currentOf.get(country))

  function append(key: WrappedCountryKey): void {
    const { lastInsertRowid } = add.run(key.keyId, key.country, key.version, key.wrappedBy, key.createdAt)
    bytes.append(Number(lastInsertRowid), key.wrapped)
  }

  return {
    find: (keyId: string) => keyIn(byId.get(keyId)),
    current,
    insert(key: WrappedCountryKey): WrappedCountryKey {
      const existing = current(key.country)
      if (existing && existing.version !== key.version - 1) return existing
      append(key)
      return key
    },
    rewrap({ keyId, from, wrappedBy, wrapped }: Rewrapping): boolean {
      const row = byId.get(keyId) as KeyRow | undefined
      if (row?.wrappedBy !== from) return false
      bytes.overwrite(row.place, wrapped)
      setWrappedBy.run(wrappedBy, row.place)
      return true
    },
    after(place: number) {
      const page = behind.all(place, pageSize) as KeyRow[]
      return { page: page.map(row => keyOf<WrappedCountryKey>(row)), last: page.at(-1)?.place ?? place }
    },
    restore(key: WrappedCountryKey): void {
      if (!byId.get(key.keyId)) append(key)
    },
  }
}

const keyIn = (row: Record<string, unknown> | undefined): WrappedCountryKey | undefined => row && keyOf<WrappedCountryKey>(row as KeyRow)
