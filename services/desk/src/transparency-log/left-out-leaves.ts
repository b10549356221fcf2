import { leafHash } from '@holdfast/proof'
import {
  isRefusedCommand,
  type LedgerFact,
  type Position,
  positionAfter,
  positionAfterRefusal,
  type RefusedCommand,
} from '@holdfast/schemas'
import type { SqliteFile } from '@holdfast/sqlite'
import type { StreamRecord } from '@holdfast/streams'

/** Assigns leaves to the facts of one write. */
export interface LeafTaking {
  /** An accepted fact becomes the next leaf. Returns its number, from 0. */
  accept(record: StreamRecord, fact: LedgerFact): number
  /** Parks a request from this record on; `before` is its position until then. Its facts are leaves all the same. */
  leaveOut(record: StreamRecord, entry: LedgerFact | RefusedCommand, before: Position | undefined): void
  /**
   * A record of a parked request: a fact that the ledger's rule accepts is the next leaf, even if this version can't
   * process it.
   */
  passOver(record: StreamRecord, entry: LedgerFact | RefusedCommand): void
  /** Writes the assigned leaves. */
  keep(): void
}

export interface LeftOutLeaves {
  /** `save` receives the leaf hashes of the write. */
  taking(partition: number, size: number, save: (leaves: readonly Uint8Array[]) => void): LeafTaking
  retaking(requestId: string): LeafTaking
}

export const leftOutTables = `
  -- Parked requests: their position by the ledger's rule, which every version knows, and the leaves of their facts. So
  -- every desk has the same tree.
  CREATE TABLE IF NOT EXISTS left_out (request_id TEXT PRIMARY KEY, partition INTEGER NOT NULL, position TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS left_out_leaves (
    request_id TEXT NOT NULL,
    partition INTEGER NOT NULL,
    "offset" INTEGER NOT NULL,
    leaf INTEGER NOT NULL,
    PRIMARY KEY (request_id, partition, "offset")
  ) STRICT, WITHOUT ROWID;
`

export function createLeftOutLeaves(file: SqliteFile): LeftOutLeaves {
  const readPosition = file.prepare('SELECT position FROM left_out WHERE request_id = ?')
  const savePosition = file.prepare(
    'INSERT INTO left_out (request_id, partition, position) VALUES (?, ?, ?) ON CONFLICT (request_id) DO UPDATE SET position = excluded.position',
  )
  const saveLeaf = file.prepare('INSERT INTO left_out_leaves (request_id, partition, "offset", leaf) VALUES (?, ?, ?, ?)')
  const readLeaf = file.prepare('SELECT leaf FROM left_out_leaves WHERE request_id = ? AND partition = ? AND "offset" = ?')
  const forgetPosition = file.prepare('DELETE FROM left_out WHERE request_id = ?')
  const forgetLeaves = file.prepare('DELETE FROM left_out_leaves WHERE request_id = ?')

  function positionOf(requestId: string): Position | undefined {
    const row = readPosition.get(requestId) as { position: string } | undefined
    return row && (JSON.parse(row.position) as Position)
  }

  return {
    taking(partition, size, save) {
      const leaves: Uint8Array[] = []
      const positions = new Map<string, Position>()
      const append = (fact: LedgerFact): number => size + leaves.push(leafHash(Buffer.from(fact.hash, 'hex'))) - 1

      function follow({ offset }: StreamRecord, entry: LedgerFact | RefusedCommand, before: Position | undefined): void {
        const after = isRefusedCommand(entry) ? positionAfterRefusal(before, entry) : positionAfter(before, entry)
        if (!after) return
        positions.set(entry.subject, after)
        if (!isRefusedCommand(entry)) saveLeaf.run(entry.subject, partition, offset, append(entry))
      }

      return {
        accept: (_record, fact) => append(fact),
        leaveOut(record, entry, before) {
          if (before) positions.set(entry.subject, before)
          follow(record, entry, before)
        },
        passOver: (record, entry) => follow(record, entry, positions.get(entry.subject) ?? positionOf(entry.subject)),
        keep() {
          for (const [requestId, position] of positions) savePosition.run(requestId, partition, JSON.stringify(position))
          save(leaves)
        },
      }
    },
    retaking(requestId) {
      let isLeftOut = false
      return {
        accept({ partition, offset }) {
          const row = readLeaf.get(requestId, partition, offset) as { leaf: number } | undefined
          if (!row) throw new Error(`a fact of ${requestId} at ${partition}/${offset} has no leaf`)
          return row.leaf
        },
        leaveOut() {
          isLeftOut = true
        },
        passOver: () => undefined,
        keep() {
          if (isLeftOut) return
          forgetPosition.run(requestId)
          forgetLeaves.run(requestId)
        },
      }
    },
  }
}
