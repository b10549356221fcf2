// @ts-check
import { DatabaseSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// A thread of its own for one file: what is written here holds up nobody who works in the process.

/** @import { StatementSync } from 'node:sqlite' */
/** @import { WriterThreadData, ScriptRequest, ScriptResult } from './threads.ts' */

/** Whoever writes the same file in the process holds it for some 10 ms. */
const busyMsMax = 10_000

/** @type {WriterThreadData} */
const { path, secureDelete } = workerData
const db = new DatabaseSync(path, { timeout: busyMsMax })
db.exec('PRAGMA synchronous = NORMAL')
db.exec('PRAGMA cache_size = -16384')
if (secureDelete) db.exec('PRAGMA secure_delete = ON')
// The log is folded back once the process does not read at a moment that it holds: until then it could not begin anew.
db.exec('PRAGMA wal_autocheckpoint = 0')
const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')]
/** @type {StatementSync[]} */
const known = []

/** @type {(asked: ScriptRequest) => ScriptResult} */
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

/** @type {(asked: ScriptRequest | 'close') => void} */
function answer(asked) {
  if (asked !== 'close') return parentPort?.postMessage(run(asked))
  db.close()
  parentPort?.close()
}

parentPort?.on('message', answer)
