// @ts-check
import { DatabaseSync } from 'node:sqlite'
import { parentPort } from 'node:worker_threads'

// A thread of its own: what is copied from a write-ahead log into its database, and the syncs that this takes, hold up nobody.

/** @import { CheckpointRequest, CheckpointResult } from './threads.ts' */

/**
 * Opened for each one: nothing is held of a file that is closed, or in whose place another is put.
 * @type {(asked: CheckpointRequest) => CheckpointResult}
 */
function checkpoint({ id, path }) {
  /** @type {DatabaseSync | undefined} */
  let db
  try {
    db = new DatabaseSync(path, { timeout: 0 })
    db.exec('PRAGMA synchronous = NORMAL')
    const folded = Number(db.prepare('PRAGMA wal_checkpoint(PASSIVE)').get()?.checkpointed)
    return { id, folded }
  } catch {
    return { id, folded: undefined }
  } finally {
    db?.close()
  }
}

parentPort?.on('message', asked => parentPort?.postMessage(checkpoint(asked)))
