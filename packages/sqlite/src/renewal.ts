import { type Checkpoints, createCheckpoints } from './checkpoints.ts'
import { DamagedFileError, isDamage, moveDamagedFile } from './damage.ts'
import { type Current, transactionStatements } from './group-commit.ts'
import { type OwnedDatabase, openExclusively } from './open-exclusively.ts'
import type { SqliteOptions } from './sqlite-file.ts'

/** The database that lies at a path, and how another takes its place: one that is damaged and can be made again is put aside and begun anew. */
export interface Renewal {
  readonly current: Current
  /** Of the database as it is now. */
  readonly checkpoints: Checkpoints
  /** Creates tables and indexes, in each database that takes the place of this one too. Throws what SQLite throws, and DamagedFileError where the file is durable. */
  schema(sql: string): void
  /** Gives what to throw for damage that somebody has met. A file that can be made again is begun anew in the next turn. */
  damaged(cause: Error): DamagedFileError
  /** Begins the file anew, at once. */
  renew(error: DamagedFileError): void
  /** Lets go of the file. */
  shut(): void
  /** Opens what lies at the path now. `andThen` is called before anybody is told of it. */
  reopen(andThen?: () => void): void
  onRenewed(listener: () => void): void
  /** Tells who has to look anew. */
  tellRenewed(): void
  /** Nothing is begun anew from here on. */
  end(): void
}

export interface RenewalOptions extends Pick<SqliteOptions, 'durable' | 'onDamage'> {
  readonly path: string
  readonly secureDelete: boolean
  /** Runs synchronous work while no thread has the file. */
  withoutThread(work: () => unknown): Promise<void>
  /** What is queued for a database that is damaged is rejected. */
  drop(error: DamagedFileError): void
  /** Called before the file is let go of. */
  onShut(): void
  /** Called once there is another database, before its tables are made. */
  onReopened(): void
}

/** Opens or makes the database. Throws an error that names the file where that can't be done. */
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
      // Not here: whoever met the damage may be within a transaction.
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
    checkpoints.letGo()
  }

  function reopen(andThen = () => {}): void {
    owned = openExclusively(path, secureDelete)
    current = currentOf(owned)
    checkpoints = checkpointsOf(owned)
    onReopened()
    for (const sql of schemas) owned.db.exec(sql)
    andThen()
    tellRenewed()
  }

  function tellRenewed(): void {
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
    onRenewed: listener => void renewedListeners.push(listener),
    tellRenewed,
    end() {
      hasEnded = true
    },
  }
}

const currentOf = ({ db }: OwnedDatabase): Current => ({ db, own: transactionStatements(db) })
