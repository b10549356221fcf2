import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync, SQLInputValue, SQLOutputValue, StatementSync } from 'node:sqlite'
import { DamagedFileError, isDamage, putAside } from './damage.ts'
import { filesOf, openExclusively } from './open-exclusively.ts'

export interface SqliteOptions {
  /**
   * True: a write that resolved survives `kill -9` and power loss (one fsync per group commit). False: for what can be made again. It survives `kill -9`, a power loss takes
   * the newest writes, and where the file turns out to be damaged it is put aside and begun anew.
   */
  readonly durable: boolean
  /** Told each time that the file turns out to be damaged. `keptAs` is where a file that was begun anew has been put. */
  readonly onDamage?: (error: DamagedFileError, keptAs: string | undefined) => void
}

/** A prepared statement. What it throws for damage is a DamagedFileError. */
export interface SqliteStatement {
  run(...values: SQLInputValue[]): { readonly changes: number | bigint; readonly lastInsertRowid: number | bigint }
  get(...values: SQLInputValue[]): Record<string, SQLOutputValue> | undefined
  all(...values: SQLInputValue[]): Record<string, SQLOutputValue>[]
  /** To be read to where it is wanted within the same turn of the event loop. */
  iterate(...values: SQLInputValue[]): Iterable<Record<string, SQLOutputValue>>
}

/** One SQLite file that this process alone holds open. */
export interface SqliteFile {
  readonly path: string
  /** A prepared statement, made once per text. Reads may run it at any time; writes only inside `write`. */
  prepare(sql: string): SqliteStatement
  /** Creates tables and indexes; for use before the first write. A file that is begun anew gets them again. */
  schema(sql: string): void
  /**
   * Reads every page and holds up everything meanwhile, some 1 s for each GB that the system has in memory. Throws DamagedFileError for a durable file; any other is begun anew.
   * What was changed inside a value is not seen: SQLite keeps no sums of its own.
   */
  check(): void
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
  /** For who sees by a sum of its own that what it reads is not what was written, which SQLite has no eye for: gives what to throw, and the file is dealt with as for any damage. */
  foundDamage(reason: string): DamagedFileError
  /**
   * Puts another file, which nobody else uses and which is closed for that, in the place of this one: who reads and writes this one goes on with what lies in the other. For what can be made again alone;
   * killed half way there may be no file. What is queued for this one is written to it before, and gone with it.
   */
  replaceWith(other: SqliteFile): Promise<void>
  /** Called when there is another file: one that was damaged has been begun anew and is empty, and what was queued for it has been rejected; or one has been put in its place. */
  onRenewed(listener: () => void): void
  /** Called once the file is closed. */
  onClose(listener: () => void): void
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
  let db = open()
  let own = ownStatements(db)
  const statements = new Map<string, SqliteStatement>()
  /** Counts the files that have stood at this path; a statement is compiled again for each. */
  let generation = 0
  const schemas: string[] = []
  const listeners = new Set<() => void>()
  const renewedListeners: (() => void)[] = []
  const closeListeners: (() => void)[] = []
  let queue: Queued[] = []
  let scheduled = false
  let alongTimer: NodeJS.Timeout | undefined
  let closed = false

  function open(): DatabaseSync {
    try {
      return openExclusively(path, options)
    } catch (error) {
      if (!(error instanceof DamagedFileError)) throw error
      const keptAs = options.durable ? undefined : putAside(path)
      options.onDamage?.(error, keptAs)
      if (options.durable) throw error
      return openExclusively(path, options)
    }
  }

  /** Runs something on the file; where it meets damage the error names the file, and a file that can be made again is begun anew in the next turn. */
  function guarded<T>(work: () => T): T {
    try {
      return work()
    } catch (error) {
      throw isDamage(error) ? damaged(error as Error) : error
    }
  }

  let renewing = false
  function damaged(cause: Error): DamagedFileError {
    const error = new DamagedFileError(path, cause.message, { cause })
    if (options.durable) options.onDamage?.(error, undefined)
    else if (!renewing && !closed) {
      renewing = true
      // Not here: whoever met the damage may be within a transaction.
      setImmediate(() => renewing && renew(error))
    }
    return error
  }

  function renew(error: DamagedFileError): void {
    renewing = false
    if (closed) return
    const lost = queue
    queue = []
    db.close()
    const keptAs = putAside(path)
    options.onDamage?.(error, keptAs)
    reopen(() => {
      for (const { reject } of lost) reject(error)
    })
  }

  /** Another file lies at the path now. */
  function reopen(andThen = () => {}): void {
    db = openExclusively(path, options)
    own = ownStatements(db)
    generation += 1
    for (const sql of schemas) db.exec(sql)
    andThen()
    for (const listener of renewedListeners) listener()
  }

  function prepare(sql: string): SqliteStatement {
    const known = statements.get(sql)
    if (known) return known
    let compiled = guarded(() => db.prepare(sql))
    let of = generation
    const current = (): StatementSync => {
      if (of !== generation) {
        compiled = db.prepare(sql)
        of = generation
      }
      return compiled
    }
    const statement: SqliteStatement = {
      run: (...values) => guarded(() => current().run(...values)),
      get: (...values) => guarded(() => current().get(...values)),
      all: (...values) => guarded(() => current().all(...values)),
      *iterate(...values) {
        const rows = guarded(() => current().iterate(...values))
        for (;;) {
          const next = guarded(() => rows.next())
          if (next.done) return
          yield next.value
        }
      },
    }
    statements.set(sql, statement)
    return statement
  }

  function runAlone(item: Queued): { item: Queued; value: unknown } | undefined {
    own.savepoint.run()
    try {
      const value = item.work()
      own.release.run()
      return { item, value }
    } catch (error) {
      // A full disk makes SQLite undo the whole transaction by itself: then all of the batch is lost, and this is why.
      if (!db.isTransaction) throw error
      own.rollbackTo.run()
      own.release.run()
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
      if (isDamage(error)) damaged(error as Error)
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
    schema(sql) {
      schemas.push(sql)
      try {
        guarded(() => db.exec(sql))
      } catch (error) {
        if (options.durable || !(error instanceof DamagedFileError)) throw error
        renew(error)
      }
    },
    check() {
      let found: DamagedFileError | undefined
      try {
        const first = String(db.prepare('PRAGMA quick_check(1)').get()?.quick_check).replace('*** in database main ***\n', '')
        if (first !== 'ok') found = new DamagedFileError(path, first)
      } catch (error) {
        if (!isDamage(error)) throw error
        found = new DamagedFileError(path, (error as Error).message, { cause: error })
      }
      if (!found) return
      if (!options.durable) return renew(found)
      options.onDamage?.(found, undefined)
      throw found
    },
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
    onClose: listener => void closeListeners.push(listener),
    foundDamage: reason => damaged(new Error(reason)),
    onRenewed: listener => void renewedListeners.push(listener),
    async replaceWith(other) {
      if (options.durable) throw new Error(`${path} is durable: nothing takes its place`)
      await other.close()
      while (queue.length > 0) flush()
      db.close()
      for (const part of filesOf(path)) rmSync(part, { force: true })
      renameSync(other.path, path)
      reopen()
    },
    async close() {
      if (closed) return
      closed = true
      while (queue.length > 0) flush()
      listeners.clear()
      statements.clear()
      db.close()
      for (const listener of closeListeners) listener()
    },
  }
}

/** Prepared once: compiling them for each piece of work costs more than running them. */
const ownStatements = (db: DatabaseSync) => ({
  savepoint: db.prepare('SAVEPOINT work'),
  release: db.prepare('RELEASE work'),
  rollbackTo: db.prepare('ROLLBACK TO work'),
})
