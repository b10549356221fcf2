import { chmodSync, closeSync, openSync, statfsSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DamagedFileError, isDamage } from './damage.ts'

/** A database that only this process has open. */
export interface OwnedDatabase {
  readonly db: DatabaseSync
  /** Closes the database and releases its lock. */
  close(): void
}

/** How long to wait for a lock. */
export const busyMsMax = 1_000

/**
 * Opens or creates a database that only this process has open. Throws DamagedFileError, or an error with the file's
 * name and the reason.
 */
export function openExclusively(path: string, secureDelete: boolean): OwnedDatabase {
  let lock: DatabaseSync | undefined
  let db: DatabaseSync | undefined
  try {
    restrictToUser(path)
    lock = takeLock(`${path}-lock`)
    db = openDatabase(path, secureDelete)
    const [lockHeld, opened] = [lock, db]
    return {
      db: opened,
      close() {
        opened.close()
        lockHeld.close()
      },
    }
  } catch (error) {
    db?.close()
    lock?.close()
    const message = (error as Error).message
    if (isDamage(error)) throw new DamagedFileError(path, message, { cause: error })
    const why = /locked|busy/i.test(message) ? 'another process holds it' : (diskFullReason(error, path) ?? message)
    throw new Error(`${path} can't be opened: ${why}`, { cause: error })
  }
}

/** The space for SQLite's write-ahead log and its index, which an orderly close deletes. */
const freeBytesMin = 65_536

/** SQLITE_IOERR, which SQLite reports for a full disk, and SQLITE_FULL. */
const diskFullCodes = [10, 13]

/** Undefined if the error has another cause. */
function diskFullReason(error: unknown, path: string): string | undefined {
  if (!diskFullCodes.includes(((error as { errcode?: number }).errcode ?? 0) & 0xff)) return undefined
  const { bavail, bsize } = statfsSync(dirname(path))
  return bavail * bsize < freeBytesMin ? `its disk is full, with ${bavail * bsize} bytes left. Free some space and start again` : undefined
}

/**
 * One process owns the file, so no second engine can write to it. The kernel releases the lock when the process ends,
 * in whatever way. It is separate from the database's own lock, because the checkpoint thread opens the database too.
 */
function takeLock(path: string): DatabaseSync {
  const lock = new DatabaseSync(path, { timeout: busyMsMax })
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE')
    lock.exec('PRAGMA journal_mode = MEMORY')
    lock.exec('BEGIN EXCLUSIVE')
    return lock
  } catch (error) {
    lock.close()
    throw error
  }
}

function openDatabase(path: string, secureDelete: boolean): DatabaseSync {
  const db = new DatabaseSync(path, { timeout: busyMsMax })
  try {
    // For a new file. Records have 0.5 to 2.5 kB: pages of 4 kB leave 23 % of the file empty, of 8 kB 11 %, of 16 kB 7
    // %. A lifecycle then takes 64, 55 and 53 kB with the desk's projection, and writes 268, 327 and 428 kB, as each
    // commit writes whole pages.
    db.exec('PRAGMA page_size = 8192')
    db.exec('PRAGMA journal_mode = WAL')
    // NORMAL syncs only at checkpoints: a power loss may lose the newest writes, but the file stays intact. Durable
    // files sync on another thread.
    db.exec('PRAGMA synchronous = NORMAL')
    // 16 MiB of page cache (64 took 100 MB more of the process and was no faster in 40,000 requests).
    db.exec('PRAGMA cache_size = -16384')
    // Checkpoints run on another thread (checkpoints.ts). Here they would block the event loop for up to 50 ms, several
    // times a second.
    db.exec('PRAGMA wal_autocheckpoint = 0')
    // SQLite keeps old page content for a rollback. It must not end up in a file in /tmp.
    db.exec('PRAGMA temp_store = MEMORY')
    if (secureDelete) db.exec('PRAGMA secure_delete = ON')
    db.exec('BEGIN IMMEDIATE')
    db.exec('COMMIT')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** A database, the files that SQLite adds, and the lock. */
export const filesOf = (path: string): string[] => [...partsOf(path), `${path}-lock`]

/** A database and the files that SQLite adds. */
export const partsOf = (path: string): string[] => ['', '-wal', '-shm', '-journal'].map(part => `${path}${part}`)

/**
 * Restricts the files to their user, because they hold the data of all countries. SQLite's own files inherit the mode.
 * Modes are set by path: opening and closing the database outside SQLite would release this process's locks on it.
 */
function restrictToUser(path: string): void {
  for (const created of [path, `${path}-lock`])
    try {
      closeSync(openSync(created, 'ax', 0o600))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  for (const file of filesOf(path)) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) === 0) continue
    try {
      chmodSync(file, 0o600)
    } catch (error) {
      throw new Error(
        `${basename(file)} is accessible to other users, and its mode can't be changed (${(error as NodeJS.ErrnoException).code})`,
      )
    }
  }
}
