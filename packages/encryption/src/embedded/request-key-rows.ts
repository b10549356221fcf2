import type { SqliteFile } from '@holdfast/sqlite'
import { type Destruction, pageSize, type Rewrapping, type StoredKey, type Tombstone, type WrappedRequestKey } from '../key-store.ts'
import { createDestructionRows } from './destruction-rows.ts'
import { createKeyBytes, type KeyRow, keyOf } from './key-bytes.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS request_keys (
    place INTEGER PRIMARY KEY,
    key_id TEXT NOT NULL UNIQUE,
    request_id TEXT NOT NULL,
    country TEXT NOT NULL,
    wrapped_by TEXT NOT NULL,
    created_at TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS request_keys_of ON request_keys (request_id, country, place);
`

const columns = `
  place, key_id AS keyId, request_id AS requestId, country, wrapped_by AS wrappedBy, created_at AS createdAt, bytes
  FROM request_keys JOIN request_key_bytes USING (place)`

/**
 * The request keys and their destructions, row by row; write only inside a write of the file. A key exists until its
 * request's keys are destroyed.
 */
export function createRequestKeyRows(file: SqliteFile) {
  file.schema(schema)
  const bytes = createKeyBytes(file, 'request_key_bytes')
  const destructions = createDestructionRows(file)
  const byId = file.prepare(`SELECT ${columns} WHERE key_id = ?`)
  // A restore may bring a second key, which decrypts what it encrypted.
  const byOwner = file.prepare(`SELECT ${columns} WHERE request_id = ? AND country = ? ORDER BY place LIMIT 1`)
  const ofRequest = file.prepare('SELECT place FROM request_keys WHERE request_id = ?')
  const add = file.prepare('INSERT INTO request_keys (key_id, request_id, country, wrapped_by, created_at) VALUES (?, ?, ?, ?, ?)')
  const setWrappedBy = file.prepare('UPDATE request_keys SET wrapped_by = ? WHERE place = ?')
  const nextPage = file.prepare(`SELECT ${columns} WHERE place > ? ORDER BY place LIMIT ?`)

  function storedKeyIn(row: Record<string, unknown> | undefined): StoredKey | undefined {
    if (!row) return undefined
    const destruction = destructions.tombstone(String(row.requestId))
    return destruction ? { state: 'destroyed', destruction } : { state: 'present', key: keyOf(row as KeyRow) }
  }

  function findByOwner({ requestId, country }: Pick<WrappedRequestKey, 'requestId' | 'country'>): StoredKey | undefined {
    const destruction = destructions.tombstone(requestId)
    return destruction ? { state: 'destroyed', destruction } : storedKeyIn(byOwner.get(requestId, country))
  }

  function addRow(key: Omit<WrappedRequestKey, 'wrapped'>): number {
    return Number(add.run(key.keyId, key.requestId, key.country, key.wrappedBy, key.createdAt).lastInsertRowid)
  }

  function destroyKeys(requestId: string): void {
    for (const { place } of ofRequest.all(requestId)) bytes.destroy(Number(place))
  }

  return {
    find: (keyId: string) => storedKeyIn(byId.get(keyId)),
    findByOwner,
    insert(key: WrappedRequestKey): StoredKey {
      const existing = findByOwner(key)
      if (existing) return existing
      bytes.append(addRow(key), key.wrapped)
      return { state: 'present', key }
    },
    rewrap({ keyId, from, wrappedBy, wrapped }: Rewrapping): boolean {
      const row = byId.get(keyId) as KeyRow | undefined
      if (row?.wrappedBy !== from || destructions.tombstone(String(row.requestId))) return false
      bytes.overwrite(row.place, wrapped)
      setWrappedBy.run(wrappedBy, row.place)
      return true
    },
    keysAfter(place: number) {
      const page = nextPage.all(place, pageSize) as KeyRow[]
      const there = page.filter(row => !destructions.tombstone(String(row.requestId)))
      return { page: there.map(row => keyOf<WrappedRequestKey>(row)), last: page.at(-1)?.place ?? place }
    },
    intend: destructions.intend,
    destroy(requestId: string, at: string): Tombstone | undefined {
      if (!destructions.setDestroyed(requestId, at)) return undefined
      destroyKeys(requestId)
      return destructions.tombstone(requestId)
    },
    confirm: destructions.confirm,
    unfinished: destructions.unfinished,
    destructionsAfter: destructions.after,
    restoreKey(key: WrappedRequestKey): void {
      if (byId.get(key.keyId)) return
      const place = addRow(key)
      if (destructions.tombstone(key.requestId)) bytes.appendNothing(place)
      else bytes.append(place, key.wrapped)
    },
    restoreDestruction(destruction: Destruction): void {
      const { requestId, destroyedAt, keys } = destruction
      destructions.restore(destruction)
      if (destroyedAt === undefined) return
      for (const { keyId, country } of keys)
        if (!byId.get(keyId)) bytes.appendNothing(addRow({ keyId, requestId, country, wrappedBy: '', createdAt: destroyedAt }))
      destroyKeys(requestId)
    },
  }
}
