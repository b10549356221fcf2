import type { SqliteFile } from '@holdfast/sqlite'
import { type Destruction, pageSize, type Tombstone } from '../key-store.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS destructions (
    place INTEGER PRIMARY KEY,
    request_id TEXT NOT NULL UNIQUE,
    because TEXT NOT NULL,
    intended_at TEXT NOT NULL,
    destroyed_at TEXT,
    confirmed_at TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS destructions_unfinished ON destructions (place) WHERE confirmed_at IS NULL;
`

interface Row {
  readonly place: number
  readonly requestId: string
  readonly because: string
  readonly intendedAt: string
  readonly destroyedAt: string | null
  readonly confirmedAt: string | null
}

const columns = `
  place, request_id AS requestId, because, intended_at AS intendedAt, destroyed_at AS destroyedAt, confirmed_at AS confirmedAt
  FROM destructions`

/**
 * Intended and completed destructions, row by row; write only inside a write of the file. The key rows are not changed
 * here.
 */
export function createDestructionRows(file: SqliteFile) {
  file.schema(schema)
  const ofRequest = file.prepare(`SELECT ${columns} WHERE request_id = ?`)
  const keysOf = file.prepare('SELECT key_id AS keyId, country FROM request_keys WHERE request_id = ? ORDER BY place')
  const add = file.prepare('INSERT INTO destructions (request_id, because, intended_at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')
  const destroyed = file.prepare('UPDATE destructions SET destroyed_at = ?, because = ? WHERE request_id = ? AND destroyed_at IS NULL')
  const confirmed = file.prepare('UPDATE destructions SET confirmed_at = ? WHERE request_id = ? AND confirmed_at IS NULL')
  const unconfirmed = file.prepare(`SELECT ${columns} WHERE confirmed_at IS NULL ORDER BY place LIMIT ?`)
  const nextPage = file.prepare(`SELECT ${columns} WHERE place > ? ORDER BY place LIMIT ?`)

  const rowOf = (requestId: string): Row | undefined => ofRequest.get(requestId) as Row | undefined

  const destructionOf = ({ requestId, because, intendedAt, destroyedAt, confirmedAt }: Row): Destruction => ({
    requestId,
    because,
    intendedAt,
    ...(destroyedAt === null ? {} : { destroyedAt }),
    ...(confirmedAt === null ? {} : { confirmedAt }),
    keys:
      destroyedAt === null ? [] : keysOf.all(requestId).map(({ keyId, country }) => ({ keyId: String(keyId), country: String(country) })),
  })

  function tombstone(requestId: string): Tombstone | undefined {
    const row = rowOf(requestId)
    return row && row.destroyedAt !== null ? (destructionOf(row) as Tombstone) : undefined
  }

  return {
    tombstone,
    intend(requestId: string, because: string, at: string): Destruction {
      add.run(requestId, because, at)
      return destructionOf(rowOf(requestId) as Row)
    },
    /** False without an intention. */
    setDestroyed(requestId: string, at: string): boolean {
      const row = rowOf(requestId)
      if (row) destroyed.run(at, row.because, requestId)
      return row !== undefined
    },
    confirm(requestId: string, at: string): Tombstone | undefined {
      if (tombstone(requestId)) confirmed.run(at, requestId)
      return tombstone(requestId)
    },
    unfinished: (limit: number) => (unconfirmed.all(limit) as unknown as Row[]).map(destructionOf),
    after(place: number) {
      const page = nextPage.all(place, pageSize) as unknown as Row[]
      return { page: page.map(destructionOf), last: page.at(-1)?.place ?? place }
    },
    restore({ requestId, because, intendedAt, destroyedAt, confirmedAt }: Destruction): void {
      add.run(requestId, because, intendedAt)
      if (destroyedAt !== undefined) destroyed.run(destroyedAt, because, requestId)
      if (confirmedAt !== undefined) confirmed.run(confirmedAt, requestId)
    },
  }
}
