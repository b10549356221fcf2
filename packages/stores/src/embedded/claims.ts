import { randomUUID } from 'node:crypto'
import type { SqliteFile } from '@holdfast/sqlite'
import { createStepping, type StepOrder, type StepOutcome } from '../claim-step.ts'
import { type ClaimChange, type ClaimIndex, type ClaimMatch, claimKeysVersion } from '../claims.ts'
import { orUnavailable } from './or-unavailable.ts'

const schemaOf = (requestsTable: string, partitionsTable: string): string => `
  CREATE TABLE IF NOT EXISTS ${requestsTable} (
    joined INTEGER PRIMARY KEY,
    claim_key TEXT NOT NULL,
    request_id TEXT NOT NULL,
    country TEXT NOT NULL,
    UNIQUE (claim_key, request_id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS ${partitionsTable} (
    partition INTEGER PRIMARY KEY,
    owner TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT -1,
    completed INTEGER NOT NULL DEFAULT 0
  ) STRICT;
`

interface PartitionRow {
  readonly owner: string
  readonly position: number
  readonly completed: 0 | 1
}

/**
 * The claims of a workflow in a SQLite file. The ledger is in the same file, so neither is lost or restored without the other,
 * and a completed partition stays complete.
 * @param workflow the prefix of its topics
 */
export function createEmbeddedClaims(file: SqliteFile, workflow: string): ClaimIndex {
  const requestsTable = `claim_requests_${workflow}_${claimKeysVersion}`
  const partitionsTable = `claim_partitions_${workflow}_${claimKeysVersion}`
  file.schema(schemaOf(requestsTable, partitionsTable))
  const findOpen = file.prepare<{ requestId: string; country: string }>(
    `SELECT request_id AS requestId, country FROM ${requestsTable} WHERE claim_key = ? ORDER BY joined`,
  )
  const join = file.prepare(`INSERT INTO ${requestsTable} (claim_key, request_id, country) VALUES (?, ?, ?)`)
  const leave = file.prepare(`DELETE FROM ${requestsTable} WHERE claim_key = ? AND request_id = ?`)
  const find = file.prepare<PartitionRow>(`SELECT owner, position, completed FROM ${partitionsTable} WHERE partition = ?`)
  const countCompleted = file.prepare<{ completed: number }>(
    `SELECT count(*) AS completed FROM ${partitionsTable} WHERE completed = 1 AND partition < ?`,
  )
  const take = file.prepare(`
    INSERT INTO ${partitionsTable} (partition, owner) VALUES (?, ?)
    ON CONFLICT (partition) DO UPDATE SET owner = excluded.owner`)
  const move = file.prepare(`UPDATE ${partitionsTable} SET position = ?, completed = ? WHERE partition = ?`)
  const clearRequests = file.prepare(`DELETE FROM ${requestsTable}`)
  const clearPartitions = file.prepare(`DELETE FROM ${partitionsTable}`)

  const rowOf = (partition: number) => find.get(partition)

  function change({ kind, claimKey, requestId, country }: ClaimChange, mode: StepOrder['mode']): ClaimMatch | undefined {
    if (kind === 'leave') {
      leave.run(claimKey, requestId)
      return undefined
    }
    const open = findOpen.all(claimKey)
    const isThere = open.some(other => other.requestId === requestId)
    const same = open.find(other => other.country === country)?.requestId
    const linkedTo = open.find(other => other.country !== country)?.requestId
    const isAdded = !isThere && (mode !== 'claim' || same === undefined)
    if (isAdded) join.run(claimKey, requestId, country)
    const representative = isThere || isAdded ? requestId : (same ?? requestId)
    return linkedTo === undefined ? { representative } : { representative, linkedTo }
  }

  /** The first incomplete partition; one must exist. */
  function firstIncomplete(): number {
    let partition = 0
    while (rowOf(partition)?.completed) partition += 1
    return partition
  }

  function step(partition: number, partitions: number, owner: string, order: StepOrder): StepOutcome {
    const { mode, from, to, changes } = order
    const row = rowOf(partition)
    if (row?.owner !== owner) return { outcome: 'otherOwner' }
    if (mode === 'claim') {
      if (!row.completed) return { outcome: 'incomplete', partition }
      if (row.position < (from ?? 0)) return { outcome: 'lost' }
      const completed = countCompleted.get(partitions)?.completed ?? 0
      if (order.needsAll && completed < partitions) return { outcome: 'incomplete', partition: firstIncomplete() }
      if (to > row.position) move.run(to, 1, partition)
    } else {
      if (from !== undefined && from !== row.position) return { outcome: 'lost' }
      move.run(to, mode === 'complete' ? 1 : 0, partition)
    }
    return { outcome: 'applied', matches: changes.flatMap(each => change(each, mode) ?? []) }
  }

  return {
    own: (partition, partitions) =>
      orUnavailable(file.path, async () => {
        const owner = randomUUID()
        const found = await file.writeNow(() => {
          take.run(partition, owner)
          return rowOf(partition)
        })
        return {
          found: found?.completed ? { state: 'complete', position: found.position } : { state: 'unknown' },
          ...createStepping(partition, order =>
            orUnavailable(file.path, () => file.writeNow(() => step(partition, partitions, owner, order))),
          ),
          isComplete: position =>
            orUnavailable(file.path, () => {
              const row = rowOf(partition)
              return row?.owner === owner && row.completed === 1 && row.position >= position
            }),
        }
      }),

    async clear() {
      await orUnavailable(file.path, () =>
        file.writeNow(() => {
          clearRequests.run()
          clearPartitions.run()
        }),
      )
    },
  }
}
