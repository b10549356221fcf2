import { chmodSync, closeSync, openSync, statfsSync, statSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DamagedFileError, isDamage } from './damage.ts'

/** A database that this process alone has open. */
export interface OwnedDatabase {
  readonly db: DatabaseSync
  /** Lets go of it, and of its lock. */
  close(): void
}

/** How long it waits for a lock. */
export const busyMsMax = 1_000

/** Opens or makes a database that this process alone holds. Throws DamagedFileError, or an error that names the file and says why not. */
export function openExclusively(path: string, secureDelete: boolean): OwnedDatabase {
  let lock: DatabaseSync | undefined
  let db: DatabaseSync | undefined
  try {
    keepToItsUser(path)
    lock = takeLock(`${path}-lock`)
    db = openDatabase(path, secureDelete)
    const [held, opened] = [lock, db]
    return {
      db: opened,
      close() {
        opened.close()
        held.close()
      },
    }
  } catch (error) {
    db?.close()
    lock?.close()
    const message = (error as Error).message
    if (isDamage(error)) throw new DamagedFileError(path, message, { cause: error })
    const why = /locked|busy/i.test(message) ? 'another process holds it' : (wantOfRoom(error, path) ?? message)
    throw new Error(`${path} can't be opened: ${why}`, { cause: error })
  }
}

/** What SQLite makes beside a file while it is open, which goes with an orderly close: its log and the index of that. */
const roomBytesMin = 65_536

/** SQLITE_IOERR, as which SQLite tells it, and SQLITE_FULL. */
const forWantOfRoom = [10, 13]

/** Undefined where it is for something else. */
function wantOfRoom(error: unknown, path: string): string | undefined {
  if (!forWantOfRoom.includes(((error as { errcode?: number }).errcode ?? 0) & 0xff)) return undefined
  const { bavail, bsize } = statfsSync(dirname(path))
  return bavail * bsize < roomBytesMin ? `its disk is full, ${bavail * bsize} bytes are left; make room and start again` : undefined
}

/**
 * One process owns the file: no other engine can write beside this one. The kernel gives the lock back when a process ends, however it ends. It is not that of the database itself, which the thread opens
 * too that folds the write-ahead log back.
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
    // Of a file that is new. Records have 0.5 to 2.5 kB: pages of 4 kB leave 23 % of the file empty, of 8 kB 11 %, of 16 kB 7 %. A lifecycle then takes 64, 55 and 53 kB with the desk's
    // view, and writes 268, 327 and 428 kB on the way, as each commit writes whole pages.
    db.exec('PRAGMA page_size = 8192')
    db.exec('PRAGMA journal_mode = WAL')
    // NORMAL syncs with each checkpoint alone: the newest writes may be lost to a power loss, the file is whole. What has to be durable is brought to the disk beside the work.
    db.exec('PRAGMA synchronous = NORMAL')
    // 16 MiB of page cache (64 took 100 MB more of the process and was no faster in 40,000 requests).
    db.exec('PRAGMA cache_size = -16384')
    // The log is folded back beside the work (checkpoints.ts): here that would hold up everybody for up to 50 ms, several times a second.
    db.exec('PRAGMA wal_autocheckpoint = 0')
    // What was in a page before it was written is kept for an undo: that must lie in no file in /tmp.
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

/** A database, what SQLite writes beside it, and its lock. */
export const filesOf = (path: string): string[] => [...partsOf(path), `${path}-lock`]

/** A database and what SQLite writes beside it. */
export const partsOf = (path: string): string[] => ['', '-wal', '-shm', '-journal'].map(part => `${path}${part}`)

/**
 * The file and what SQLite writes beside it, which gets the file's mode, are for their user alone: they hold what every country said. Files are tightened by their names: who opens and
 * closes a database beside SQLite lets go of the locks that this process holds on it.
 */
function keepToItsUser(path: string): void {
  for (const made of [path, `${path}-lock`])
    try {
      closeSync(openSync(made, 'ax', 0o600))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  for (const file of filesOf(path)) {
    const mode = statSync(file, { throwIfNoEntry: false })?.mode ?? 0
    if ((mode & 0o077) === 0) continue
    try {
      chmodSync(file, 0o600)
    } catch (error) {
      throw new Error(`${basename(file)} is open to others, and its mode can't be changed (${(error as NodeJS.ErrnoException).code})`)
    }
  }
}
