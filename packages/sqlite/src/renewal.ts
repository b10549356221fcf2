import { type Checkpoints, createCheckpoints } from './checkpoints.ts'
import { DamagedFileError, isDamage, moveDamagedFile } from './damage.ts'
import { type Current, transactionStatements } from './group-commit.ts'
import { type OwnedDatabase, openExclusively } from './open-exclusively.ts'
import type { SqliteOptions } from './sqlite-file.ts'

/** The database at a path, and its replacement: a damaged file that can be rebuilt is moved away and recreated. */
export interface Renewal {
  readonly current: Current
  /** The checkpoints of the current database. */
  readonly checkpoints: Checkpoints
  /**
   * Creates tables and indexes, also in each replacement. Throws SQLite's errors, and DamagedFileError if the file is
   * durable.
   */
  schema(sql: string): void
  /** Returns the error to throw for damage. A file that can be rebuilt is recreated in the next event-loop turn. */
  damaged(cause: Error): DamagedFileError
  /** Recreates the file at once. */
  renew(error: DamagedFileError): void
  /** Closes the file. */
  shut(): void
  /** Opens the file that is at the path now. `andThen` is called before the listeners. */
  reopen(andThen?: () => void): void
  onContentReplaced(listener: () => void): void
  /** Notifies the listeners of changed content. */
  notifyRenewed(): void
  /** Recreates nothing from here on. */
  end(): void
}

export interface RenewalOptions extends Pick<SqliteOptions, 'durable' | 'onDamage'> {
  readonly path: string
  readonly secureDelete: boolean
  /** Runs synchronous work while no thread has the file open. */
  withoutThread(work: () => unknown): Promise<void>
  /** Rejects what is queued for a damaged database. */
  drop(error: DamagedFileError): void
  /** Called before the file is closed. */
  onShut(): void
  /** Called once there is another database, before its tables are created. */
  onReopened(): void
}

/** Opens or creates the database. Throws an error with the file's name if that fails. */
export function createRenewal(options: RenewalOptions): Renewal {
  const { path, durable, onDamage, secureDelete, withoutThread, drop, onShut, onReopened } = options
  let owned = open()
  let current = currentOf(owned)
  let checkpoints = checkpointsOf(owned)
  const schemas: string[] = []
  const renewedListeners: (() => void)[] = []
  let isRenewing = false
  let hasEnded = false

  function open(): OwnedDatabase {
    try {
      return openExclusively(path, secureDelete)
    } catch (error) {
      if (!(error instanceof DamagedFileError)) throw error
      const keptAs = durable ? undefined : moveDamagedFile(path)
      onDamage?.(error, keptAs)
      if (durable) throw error
      return openExclusively(path, secureDelete)
    }
  }

  function checkpointsOf({ db }: OwnedDatabase): Checkpoints {
    const finish = db.prepare('PRAGMA wal_checkpoint(PASSIVE)')
    return createCheckpoints(path, { finish: () => void finish.get() })
  }

  function damaged(cause: Error): DamagedFileError {
    const error = new DamagedFileError(path, cause.message, { cause })
    if (durable) onDamage?.(error, undefined)
    else if (!isRenewing && !hasEnded) {
      isRenewing = true
      // Not here: the caller may be inside a transaction.
      setImmediate(() => {
        void Promise.resolve(checkpoints.stop()).then(() => withoutThread(() => isRenewing && renew(error)))
      })
    }
    return error
  }

  function renew(error: DamagedFileError): void {
    isRenewing = false
    if (hasEnded) return
    shut()
    const keptAs = moveDamagedFile(path)
    onDamage?.(error, keptAs)
    reopen(() => drop(error))
  }

  function shut(): void {
    onShut()
    owned.close()
    checkpoints.close()
  }

  function reopen(andThen = () => {}): void {
    owned = openExclusively(path, secureDelete)
    current = currentOf(owned)
    checkpoints = checkpointsOf(owned)
    onReopened()
    for (const sql of schemas) owned.db.exec(sql)
    andThen()
    notifyRenewed()
  }

  function notifyRenewed(): void {
    for (const listener of renewedListeners) listener()
  }

  return {
    get current() {
      return current
    },
    get checkpoints() {
      return checkpoints
    },
    schema(sql) {
      schemas.push(sql)
      try {
        owned.db.exec(sql)
      } catch (error) {
        if (!isDamage(error)) throw error
        const fault = damaged(error as Error)
        if (durable) throw fault
        renew(fault)
      }
    },
    damaged,
    renew,
    shut,
    reopen,
    onContentReplaced: listener => void renewedListeners.push(listener),
    notifyRenewed,
    end() {
      hasEnded = true
    },
  }
}

const currentOf = ({ db }: OwnedDatabase): Current => ({ db, own: transactionStatements(db) })
