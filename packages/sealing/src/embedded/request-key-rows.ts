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

/** The keys of requests and their ends, row by row; what writes is to be run within a write of the file. A key is there as long as its request was not destroyed. */
export function createRequestKeyRows(file: SqliteFile) {
  file.schema(schema)
  const bytes = createKeyBytes(file, 'request_key_bytes')
  const ends = createDestructionRows(file)
  const byId = file.prepare(`SELECT ${columns} WHERE key_id = ?`)
  // A restore may bring a second one, which opens what it has sealed.
  const byOwner = file.prepare(`SELECT ${columns} WHERE request_id = ? AND country = ? ORDER BY place LIMIT 1`)
  const ofRequest = file.prepare('SELECT place FROM request_keys WHERE request_id = ?')
  const add = file.prepare('INSERT INTO request_keys (key_id, request_id, country, wrapped_by, created_at) VALUES (?, ?, ?, ?, ?)')
  const setWrappedBy = file.prepare('UPDATE request_keys SET wrapped_by = ? WHERE place = ?')
  const behind = file.prepare(`SELECT ${columns} WHERE place > ? ORDER BY place LIMIT ?`)

  function standingIn(row: Record<string, unknown> | undefined): StoredKey | undefined {
    if (!row) return undefined
    const destruction = ends.tombstone(String(row.requestId))
    return destruction ? { state: 'destroyed', destruction } : { state: 'there', key: keyOf(row as KeyRow) }
  }

  function standingOf({ requestId, country }: Pick<WrappedRequestKey, 'requestId' | 'country'>): StoredKey | undefined {
    const destruction = ends.tombstone(requestId)
    return destruction ? { state: 'destroyed', destruction } : standingIn(byOwner.get(requestId, country))
  }

  function addRow(key: Omit<WrappedRequestKey, 'wrapped'>): number {
    return Number(add.run(key.keyId, key.requestId, key.country, key.wrappedBy, key.createdAt).lastInsertRowid)
  }

  function destroyKeys(requestId: string): void {
    for (const { place } of ofRequest.all(requestId)) bytes.destroy(Number(place))
  }

  return {
    standing: (keyId: string) => standingIn(byId.get(keyId)),
    standingOf,
    insert(key: WrappedRequestKey): StoredKey {
      const standing = standingOf(key)
      if (standing) return standing
      bytes.append(addRow(key), key.wrapped)
      return { state: 'there', key }
    },
    rewrap({ keyId, from, wrappedBy, wrapped }: Rewrapping): boolean {
      const row = byId.get(keyId) as KeyRow | undefined
      if (row?.wrappedBy !== from || ends.tombstone(String(row.requestId))) return false
      bytes.overwrite(row.place, wrapped)
      setWrappedBy.run(wrappedBy, row.place)
      return true
    },
    keysAfter(place: number) {
      const page = behind.all(place, pageSize) as KeyRow[]
      const there = page.filter(row => !ends.tombstone(String(row.requestId)))
      return { page: there.map(row => keyOf<WrappedRequestKey>(row)), last: page.at(-1)?.place ?? place }
    },
    intend: ends.intend,
    destroy(requestId: string, at: string): Tombstone | undefined {
      if (!ends.setDestroyed(requestId, at)) return undefined
      destroyKeys(requestId)
      return ends.tombstone(requestId)
    },
    confirm: ends.confirm,
    unfinished: ends.unfinished,
    destructionsAfter: ends.after,
    restoreKey(key: WrappedRequestKey): void {
      if (byId.get(key.keyId)) return
      const place = addRow(key)
      if (ends.tombstone(key.requestId)) bytes.appendNothing(place)
      else bytes.append(place, key.wrapped)
    },
    restoreDestruction(destruction: Destruction): void {
      const { requestId, destroyedAt, keys } = destruction
      ends.restore(destruction)
      if (destroyedAt === undefined) return
      for (const { keyId, country } of keys)
        if (!byId.get(keyId)) bytes.appendNothing(addRow({ keyId, requestId, country, wrappedBy: '', createdAt: destroyedAt }))
      destroyKeys(requestId)
    },
  }
}
