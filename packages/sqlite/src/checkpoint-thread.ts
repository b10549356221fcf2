import { DatabaseSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'

// A thread of its own: what is copied from a write-ahead log into its database, and the syncs that this takes, hold up nobody.

export interface CheckpointAsked {
  readonly id: number
  readonly path: string
}

export interface CheckpointDone {
  readonly id: number
  /** Pages of the log that are in the database; undefined where it failed. */
  readonly folded: number | undefined
}

/** Opened for each one: nothing is held of a file that is closed, or in whose place another is put. */
function checkpoint({ id, path }: CheckpointAsked): CheckpointDone {
  let db: DatabaseSync | undefined
  try {
    db = new DatabaseSync(path, { timeout: 0 })
    db.exec('PRAGMA synchronous = NORMAL')
    const { checkpointed } = db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get() as { readonly checkpointed: number }
    return { id, folded: checkpointed }
  } catch {
    return { id, folded: undefined }
  } finally {
    db?.close()
  }
}

parentPort?.on('message', (asked: CheckpointAsked) => parentPort?.postMessage(checkpoint(asked)))
