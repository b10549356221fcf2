import type { SqliteFile } from '@holdfast/sqlite'
import type { StoreMetadata } from '../key-store.ts'

/** Metadata of the store; write only inside a write of the file. */
export function createStoreMetadataRows(file: SqliteFile) {
  file.schema('CREATE TABLE IF NOT EXISTS store_marks (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT')
  const all = file.prepare<{ readonly name: string; readonly value: string }>('SELECT name, value FROM store_marks')
  const set = file.prepare('INSERT INTO store_marks (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value')
  return {
    all: (): StoreMetadata => Object.fromEntries(all.all().map(({ name, value }) => [name, value])),
    set: (name: keyof StoreMetadata, value: string): void => void set.run(name, value),
  }
}
