// @ts-check
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// One thread per file, so that its writes block no other work of the process.

/** @import { StatementSync } from 'node:sqlite' */
/** @import { WriterThreadData, ScriptRequest, ScriptResult } from './threads.ts' */

/** The process's own writes hold the lock for some 10 ms. */
const busyMsMax = 10_000

/** @type {WriterThreadData} */
const { path, secureDelete } = workerData
const db = new DatabaseSync(path, { timeout: busyMsMax })
db.exec('PRAGMA synchronous = NORMAL')
db.exec('PRAGMA cache_size = -16384')
if (secureDelete) db.exec('PRAGMA secure_delete = ON')
// The process starts checkpoints once it holds no read snapshot; until then the log could not restart.
db.exec('PRAGMA wal_autocheckpoint = 0')
const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')]
/** @type {StatementSync[]} */
const known = []

/** @type {(message: ScriptRequest) => ScriptResult} */
function run({ id, statements, runs }) {
  try {
    for (const text of statements) known.push(db.prepare(text))
    begin.run()
    for (let at = 0; at < runs.length; ) {
      const [number, count] = [Number(runs[at]), Number(runs[at + 1])]
      const statement = known[number]
      if (!statement) throw new Error(`there is no statement ${number}`)
      at += 2 + count
      statement.run(...runs.slice(at - count, at))
    }
    commit.run()
    return { id }
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    const { message, errcode = 0 } = /** @type {Error & { errcode?: number }} */ (error)
    return { id, fault: { message, code: errcode } }
  }
}

/** @type {(message: ScriptRequest | 'close') => void} */
function answer(message) {
  if (message !== 'close') return parentPort?.postMessage(run(message))
  db.close()
  parentPort?.close()
}

parentPort?.on('message', answer)
