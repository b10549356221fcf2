import { chmodSync, closeSync, openSync, statSync } from 'node:fs'
import { basename } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { DamagedFileError, isDamage } from './damage.ts'

/** Opens or makes a database that this process alone holds. Throws DamagedFileError, or an error that names the file and says why not. */
export function openExclusively(path: string): DatabaseSync {
  let db: DatabaseSync | undefined
  try {
    keepToItsUser(path)
    db = new DatabaseSync(path, { timeout: 1000 })
    // One process owns the file: with the lock held for good, WAL needs no shared memory and no other engine can write beside this one.
    db.exec('PRAGMA locking_mode = EXCLUSIVE')
    // Of a file that is new. Records have 0.5 to 2.5 kB: pages of 4 kB leave 23 % of the file empty, of 8 kB 11 %, of 16 kB 7 %. A lifecycle then takes 64, 55 and 53 kB with the desk's
    // view, and writes 268, 327 and 428 kB on the way, as each commit writes whole pages.
    db.exec('PRAGMA page_size = 8192')
    db.exec('PRAGMA journal_mode = WAL')
    // NORMAL syncs with each checkpoint alone: the newest writes may be lost to a power loss, the file is whole. What has to be durable is brought to the disk beside the work.
    db.exec('PRAGMA synchronous = NORMAL')
    // 16 MiB of page cache (64 took 100 MB more of the process and was no faster in 40,000 requests); the WAL is folded back every 2,000 pages (16 MiB), so a restart reads at most that.
    db.exec('PRAGMA cache_size = -16384')
    db.exec('PRAGMA wal_autocheckpoint = 2000')
    db.exec('BEGIN IMMEDIATE')
    db.exec('COMMIT')
    return db
  } catch (error) {
    db?.close()
    const message = (error as Error).message
    if (isDamage(error)) throw new DamagedFileError(path, message, { cause: error })
    const why = /locked|busy/i.test(message) ? 'another process holds it' : message
    throw new Error(`${path} can't be opened: ${why}`, { cause: error })
  }
}

/** A database and what SQLite writes beside it. */
export const filesOf = (path: string): string[] => ['', '-wal', '-shm', '-journal'].map(part => `${path}${part}`)

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
