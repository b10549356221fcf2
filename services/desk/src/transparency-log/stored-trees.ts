import { type NodeReader, nodesIn, type TileReader, tilesWith } from '@holdfast/proof'
import type { SqliteFile } from '@holdfast/sqlite'
import { createLeftOutLeaves, type LeafTaking, type LeftOutLeaves, leftOutTables } from './left-out-leaves.ts'

/** The tree of each partition, as far as this desk has read the ledger. */
export interface TreeReader {
  /** The number of accepted facts of a partition: each is a leaf, in ledger order. */
  treeSize(partition: number): number
  /** The nodes of its tree, for any size up to the current one. */
  treeNodes(partition: number): NodeReader
}

/** Trees are stored in the same transaction as all else that a fact changes. */
export interface StoredTrees extends TreeReader {
  /** For the records of one partition in one write. */
  taking(partition: number): LeafTaking
  /** For the records of a parked request that are taken now: its facts already have leaves. */
  retaking(requestId: string): LeafTaking
  /** To be called within a write. */
  forget(partition: number): void
  /** To be called within a write. */
  clear(): void
}

const treeTables = `
  -- The number of accepted facts of each partition: the leaves of its tree.
  CREATE TABLE IF NOT EXISTS trees (partition INTEGER PRIMARY KEY, size INTEGER NOT NULL) STRICT;
  -- Up to 64 hashes of neighbours: one tile of 2 kB for 64 facts, and one more for 64 tiles.
  CREATE TABLE IF NOT EXISTS tiles (
    partition INTEGER NOT NULL,
    level INTEGER NOT NULL,
    number INTEGER NOT NULL,
    hashes BLOB NOT NULL,
    PRIMARY KEY (partition, level, number)
  ) STRICT, WITHOUT ROWID;
  ${leftOutTables}
`

export function createStoredTrees(file: SqliteFile): StoredTrees {
  file.schema(treeTables)
  const readSize = file.prepare('SELECT size FROM trees WHERE partition = ?')
  const saveSize = file.prepare(
    'INSERT INTO trees (partition, size) VALUES (?, ?) ON CONFLICT (partition) DO UPDATE SET size = excluded.size',
  )
  const readTile = file.prepare('SELECT hashes FROM tiles WHERE partition = ? AND level = ? AND number = ?')
  const saveTile = file.prepare(
    'INSERT INTO tiles (partition, level, number, hashes) VALUES (?, ?, ?, ?) ON CONFLICT (partition, level, number) DO UPDATE SET hashes = excluded.hashes',
  )
  const leftOut: LeftOutLeaves = createLeftOutLeaves(file)

  const treeSize = (partition: number) => (readSize.get(partition) as { size: number } | undefined)?.size ?? 0
  const tilesOf =
    (partition: number): TileReader =>
    (level, number) =>
      (readTile.get(partition, level, number) as { hashes: Uint8Array } | undefined)?.hashes

  return {
    treeSize,
    treeNodes: partition => nodesIn(tilesOf(partition)),
    taking(partition) {
      const size = treeSize(partition)
      return leftOut.taking(partition, size, leaves => {
        if (leaves.length === 0) return
        for (const { level, number, hashes } of tilesWith(tilesOf(partition), size, leaves)) saveTile.run(partition, level, number, hashes)
        saveSize.run(partition, size + leaves.length)
      })
    },
    retaking: leftOut.retaking,
    forget(partition) {
      for (const table of ['trees', 'tiles', 'left_out', 'left_out_leaves'])
        file.prepare(`DELETE FROM ${table} WHERE partition = ?`).run(partition)
    },
    clear() {
      for (const table of ['trees', 'tiles', 'left_out', 'left_out_leaves']) file.prepare(`DELETE FROM ${table}`).run()
    },
  }
}
