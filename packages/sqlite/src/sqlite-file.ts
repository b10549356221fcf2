import { chmodSync, closeSync, mkdirSync, openSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

export interface SqliteOptions {
  /** True: a write that resolved survives `kill -9` and power loss (one fsync per group commit). False: for what can be rebuilt. */
  readonly durable: boolean
}

/** One SQLite file that this process alone holds open. */
export interface SqliteFile {
  readonly path: string
  /** A prepared statement, made once per text. Reads may run it at any time; writes only inside `write`. */
  prepare(sql: string): StatementSync
  /** Creates tables and indexes; for use before the first write. */
  schema(sql: string): void
  /**
   * Runs synchronous work in the next group commit and resolves after it is on disk. All work queued in one turn of the event loop shares one
   * transaction and one fsync; work that throws is undone alone and rejects alone.
   */
  write<T>(work: () => T): Promise<T>
  /**
   * For work that need not be on disk soon, such as a position that can be found again: it rides along the next group commit, and gets one of its own
   * after 50 ms. Runs after the work that was queued before it.
   */
  writeAlong<T>(work: () => T): Promise<T>
  /** Called after each commit, outside the transaction. Returns how to stop it. */
  onCommit(listener: () => void): () => void
  /** Commits what is queued and closes the file. */
  close(): Promise<void>
}

/** Bounds how long one commit holds the event loop; what is beyond waits for the next turn. */
const workPerCommitMax = 2_000
/** How long work may wait for somebody else's commit. */
const alongMs = 50

interface Queued {
  readonly work: () => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/**
 * Opens or makes the file. Throws an error that names the file when another process holds it, when it is no database, or when the disk is full.
 * `node:sqlite` is synchronous: a commit holds the event loop for one fsync (0.1 ms on a server SSD), which the work of a turn shares.
 */
export function openSqlite(path: string, options: SqliteOptions): SqliteFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const db = openExclusively(path, options)
  const statements = new Map<string, StatementSync>()
  const listeners = new Set<() => void>()
  let queue: Queued[] = []
  let scheduled = false
  let alongTimer: NodeJS.Timeout | undefined
  let closed = false

  const prepare = (sql: string): StatementSync => {
    let statement = statements.get(sql)
    if (!statement) {
      statement = db.prepare(sql)
      statements.set(sql, statement)
    }
    return statement
  }

  // Prepared once: compiling them for each piece of work costs more than running them.
  const savepoint = db.prepare('SAVEPOINT work')
  const release = db.prepare('RELEASE work')
  const rollbackTo = db.prepare('ROLLBACK TO work')

  function runAlone(item: Queued): { item: Queued; value: unknown } | undefined {
    savepoint.run()
    try {
      const value = item.work()
      release.run()
      return { item, value }
    } catch (error) {
      // A full disk makes SQLite undo the whole transaction by itself: then all of the batch is lost, and this is why.
      if (!db.isTransaction) throw error
      rollbackTo.run()
      release.run()
      item.reject(error)
      return undefined
    }
  }

  function schedule(): void {
    if (scheduled) return
    scheduled = true
    setImmediate(flush)
  }

  function enqueue<T>(work: () => T): Promise<T> {
    if (closed) return Promise.reject(new Error(`${path} is closed`))
    return new Promise<T>((resolve, reject) => {
      queue.push({ work, resolve: resolve as (value: never) => void, reject })
    })
  }

  function flush(): void {
    scheduled = false
    clearTimeout(alongTimer)
    alongTimer = undefined
    const batch = queue.length > workPerCommitMax ? queue.splice(0, workPerCommitMax) : queue
    if (batch === queue) queue = []
    else schedule()
    if (batch.length === 0) return
    commit(batch)
  }

  function commit(batch: readonly Queued[]): void {
    const done: { item: Queued; value: unknown }[] = []
    try {
      db.exec('BEGIN IMMEDIATE')
      for (const item of batch) {
        const ran = runAlone(item)
        if (ran) done.push(ran)
      }
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      const named = new Error(`${path}: nothing of this was written: ${(error as Error).message}`, { cause: error })
      for (const item of batch) item.reject(named)
      return
    }
    for (const { item, value } of done) item.resolve(value as never)
    for (const listener of listeners) listener()
  }

  return {
    path,
    prepare,
    schema: sql => db.exec(sql),
    write<T>(work: () => T): Promise<T> {
      const done = enqueue(work)
      schedule()
      return done
    },
    writeAlong<T>(work: () => T): Promise<T> {
      const done = enqueue(work)
      if (!scheduled) alongTimer ??= setTimeout(schedule, alongMs)
      return done
    },
    onCommit(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async close() {
      if (closed) return
      closed = true
      while (queue.length > 0) flush()
      listeners.clear()
      statements.clear()
      db.close()
    },
  }
}

function openExclusively(path: string, options: SqliteOptions): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    keepToItsUser(path)
    db = new DatabaseSync(path, { timeout: 1000 })
    // One process owns the file: with the lock held for good, WAL needs no shared memory and no other engine can write beside this one.
    db.exec('PRAGMA locking_mode = EXCLUSIVE')
    db.exec('PRAGMA journal_mode = WAL')
    db.exec(`PRAGMA synchronous = ${options.durable ? 'FULL' : 'OFF'}`)
    // 16 MiB of page cache (64 took 100 MB more of the process and was no faster in 40,000 requests); the WAL is folded back every 4,000 pages (16 MiB), so a restart reads at most that.
    db.exec('PRAGMA cache_size = -16384')
    db.exec('PRAGMA wal_autocheckpoint = 4000')
    db.exec('BEGIN IMMEDIATE')
    db.exec('COMMIT')
    return db
  } catch (error) {
    db?.close()
    const message = (error as Error).message
    const why = /locked|busy/i.test(message) ? 'another process holds it' : message
    throw new Error(`${path} can't be opened: ${why}`, { cause: error })
  }
}

/**
 * The file and what SQLite writes beside it, which gets the file's mode, are for their user alone: they hold what every country said. Files are tightened by their names: who opens and
 * closes a database beside SQLite lets go of the locks that this process holds on it.
 */
function keepToItsUser(path: string): void {
  try {
    closeSync(openSync(path, 'ax', 0o600))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
  for (const part of ['', '-wal', '-shm', '-journal']) {
    const file = `${path}${part}`
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) === 0) continue
    try {
      chmodSync(file, 0o600)
    } catch (error) {
      throw new Error(`${basename(file)} is open to others, and its mode can't be changed (${(error as NodeJS.ErrnoException).code})`)
    }
  }
}
