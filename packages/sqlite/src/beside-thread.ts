import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

// A thread of its own for one file: what is written here holds up nobody who works in the process.

/** Statements by their numbers, each with its values, to be run in this order and committed together. */
export interface ScriptAsked {
  readonly id: number
  /** Texts of statements that are new: they get the numbers behind those that are known. */
  readonly statements: readonly string[]
  readonly runs: readonly (readonly [statement: number, ...values: SQLInputValue[]])[]
}

export interface ScriptDone {
  readonly id: number
  /** Why nothing of it was written, where it was not; `code` is SQLite's. */
  readonly fault?: { readonly message: string; readonly code: number }
}

export interface BesideThreadData {
  readonly path: string
  /** Beyond so many the log is folded back: here that holds up nobody. */
  readonly checkpointPages: number
}

/** Whoever writes the same file beside holds it for some 10 ms. */
const busyMsMax = 10_000
const { path, checkpointPages } = workerData as BesideThreadData
const db = new DatabaseSync(path, { timeout: busyMsMax })
db.exec('PRAGMA synchronous = NORMAL')
db.exec('PRAGMA cache_size = -16384')
db.exec(`PRAGMA wal_autocheckpoint = ${checkpointPages}`)
const [begin, commit] = [db.prepare('BEGIN IMMEDIATE'), db.prepare('COMMIT')]
const known: StatementSync[] = []

function run({ id, statements, runs }: ScriptAsked): ScriptDone {
  try {
    for (const text of statements) known.push(db.prepare(text))
    begin.run()
    for (const [statement, ...values] of runs) (known[statement] as StatementSync).run(...values)
    commit.run()
    return { id }
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    const { message, errcode = 0 } = error as Error & { errcode?: number }
    return { id, fault: { message, code: errcode } }
  }
}

parentPort?.on('message', (asked: ScriptAsked | 'close') => {
  if (asked !== 'close') return parentPort?.postMessage(run(asked))
  db.close()
  parentPort?.close()
})
