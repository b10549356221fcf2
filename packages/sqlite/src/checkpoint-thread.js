// @ts-check
import { DatabaseSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'

// On its own thread, so that copying the write-ahead log into the database, and its syncs, block no other work.

/** @import { CheckpointRequest, CheckpointResult } from './threads.ts' */

/**
 * Opened for each checkpoint, so that no closed or replaced file stays open.
 * @type {(request: CheckpointRequest) => CheckpointResult}
 */
function checkpoint({ id, path }) {
  /** @type {DatabaseSync | undefined} */
  let db
  try {
    db = new DatabaseSync(path, { timeout: 0 })
    db.exec('PRAGMA synchronous = NORMAL')
    const copied = Number(db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()?.checkpointed)
    return { id, copied }
  } catch {
    return { id, copied: undefined }
  } finally {
    db?.close()
  }
}

parentPort?.on('message', request => parentPort?.postMessage(checkpoint(request)))
