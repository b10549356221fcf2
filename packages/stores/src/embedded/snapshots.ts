import type { SqliteFile } from '@holdfast/sqlite'
import { assertEntries, assertForward, assertLimit } from '../limits.ts'
import type { SaveOutcome, SnapshotStore } from '../snapshots.ts'
import { orUnavailable } from './or-unavailable.ts'

const schema = `
  CREATE TABLE IF NOT EXISTS snapshot_checkpoints (
    namespace TEXT NOT NULL,
    partition INTEGER NOT NULL,
    checkpoint INTEGER NOT NULL,
    PRIMARY KEY (namespace, partition)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS snapshots (
    namespace TEXT NOT NULL,
    partition INTEGER NOT NULL,
    id TEXT NOT NULL,
    snapshot TEXT NOT NULL,
    due_at INTEGER,
    PRIMARY KEY (namespace, partition, id)
  ) STRICT;
  CREATE INDEX IF NOT EXISTS snapshots_due ON snapshots (namespace, partition, due_at, id) WHERE due_at IS NOT NULL;
`

/**
 * The snapshot store of one namespace in a SQLite file. Reads see the open transaction; a save joins the file's group
 * commit.
 */
export function createEmbeddedSnapshots(file: SqliteFile, namespace: string): SnapshotStore {
  file.schema(schema)
  const findOffset = file.prepare<{ checkpoint: number }>(
    'SELECT checkpoint FROM snapshot_checkpoints WHERE namespace = ? AND partition = ?',
  )
  const setOffset = file.prepare(`
    INSERT INTO snapshot_checkpoints (namespace, partition, checkpoint) VALUES (?, ?, ?)
    ON CONFLICT (namespace, partition) DO UPDATE SET checkpoint = excluded.checkpoint`)
  const findSnapshot = file.prepare<{ snapshot: string }>('SELECT snapshot FROM snapshots WHERE namespace = ? AND partition = ? AND id = ?')
  const setSnapshot = file.prepare(`
    INSERT INTO snapshots (namespace, partition, id, snapshot, due_at) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (namespace, partition, id) DO UPDATE SET snapshot = excluded.snapshot, due_at = excluded.due_at`)
  const findDue = file.prepare<{ id: string }>(
    'SELECT id FROM snapshots WHERE namespace = ? AND partition = ? AND due_at <= ? ORDER BY due_at, id LIMIT ?',
  )
  const clearOffset = file.prepare('DELETE FROM snapshot_checkpoints WHERE namespace = ? AND partition = ?')
  const clearSnapshots = file.prepare('DELETE FROM snapshots WHERE namespace = ? AND partition = ?')

  const snapshotOffsetOf = (partition: number): number | undefined => findOffset.get(namespace, partition)?.checkpoint

  return {
    isShared: false,
    async load(partition, ids) {
      assertEntries(ids)
      return orUnavailable(file.path, () => {
        const snapshots = new Map<string, string>()
        for (const id of ids) {
          const row = findSnapshot.get(namespace, partition, id)
          if (row) snapshots.set(id, row.snapshot)
        }
        return { snapshotOffset: snapshotOffsetOf(partition), snapshots }
      })
    },

    async save(partition, expected, snapshotOffset, entries) {
      assertEntries(entries)
      assertForward(expected, snapshotOffset)
      return orUnavailable(file.path, () =>
        file.writeNow((): SaveOutcome => {
          const stored = snapshotOffsetOf(partition)
          // -1 stands for a missing snapshot offset: before every offset.
          if (stored !== expected) return (stored ?? -1) < (expected ?? -1) ? 'lost' : 'ahead'
          for (const { id, snapshot, dueAtMs } of entries) setSnapshot.run(namespace, partition, id, snapshot, dueAtMs ?? null)
          setOffset.run(namespace, partition, snapshotOffset)
          return 'saved'
        }),
      )
    },

    async due(partition, nowMs, limit) {
      assertLimit(limit)
      return orUnavailable(file.path, () => {
        const rows = findDue.all(namespace, partition, nowMs, limit)
        return { snapshotOffset: snapshotOffsetOf(partition), ids: rows.map(row => row.id) }
      })
    },

    async clear(partition) {
      await orUnavailable(file.path, () =>
        file.writeNow(() => {
          clearOffset.run(namespace, partition)
          clearSnapshots.run(namespace, partition)
        }),
      )
    },
  }
}
