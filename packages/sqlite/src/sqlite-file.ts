import type { DamagedFileError } from './damage.ts'
import type { NowOptions, RollbackListener } from './group-commit.ts'
import type { SqliteRow, SqliteStatement } from './statements.ts'

export interface SqliteOptions {
  /**
   * True: a write that resolved survives `kill -9` and power loss (one fsync per group commit). False: for what can be made again. It survives `kill -9`, a power loss takes
   * the newest writes, and where the file turns out to be damaged it is put aside and begun anew.
   */
  readonly durable: boolean
  /**
   * Of what can be made again alone: a write resolves once it is done, and is committed with all that comes within so many milliseconds, so that a page which many of them change is written once. A kill takes what is
   * not committed yet; where that can't be, all of it is undone, and `onRenewed` tells so.
   */
  readonly commitWithinMs?: number
  /**
   * Of what can be made again alone: `writeBeside` writes in a thread beside the work, from the call behind so many on, as a thread takes 17 MB. Nothing waits for `commitWithinMs` then, and `now` throws: it could meet what
   * the thread is writing. Undefined: there is none.
   */
  readonly besideAfter?: number | undefined
  /** What is deleted is overwritten with zeros in the file, and stands in its log until that is cut (`cutLog`). */
  readonly secureDelete?: boolean
  /** Told each time that the file turns out to be damaged. `keptAs` is where a file that was begun anew has been put. */
  readonly onDamage?: (error: DamagedFileError, keptAs: string | undefined) => void
  /** Of a durable file: called once, when the disk has refused an fsync. The file takes nothing more until it is opened again. */
  readonly onBroken?: ((error: Error) => void) | undefined
}

/** A check reads the whole file: 1 s for each GB that the system has in memory, and some 3 s where it comes from the disk. A larger one than this is checked beside the work. */
export const checkedAtOnceBytesMax = 128_000_000

/** One SQLite file that this process alone holds open. */
export interface SqliteFile {
  readonly path: string
  /** A prepared statement, made once per text. Reads may run it at any time; writes only inside `write`. Its columns are read as those of `Row`, which nobody checks. */
  prepare<Row = SqliteRow>(sql: string): SqliteStatement<Row>
  /** Creates tables and indexes; for use before the first write, and where the file has a thread it throws after it. A file that is begun anew gets them again. */
  schema(sql: string): void
  /**
   * Reads every page and holds up everything meanwhile, some 1 s for each GB that the system has in memory. Throws DamagedFileError for a durable file; any other is begun anew.
   * What was changed inside a value is not seen: SQLite keeps no sums of its own.
   */
  check(): void
  /**
   * The same in a process beside this one, which holds up nobody: what it finds is dealt with as damage that somebody meets. Resolves once the file is known to be whole. Rejects with DamagedFileError, or where the
   * file is closed or begun anew before that, or could not be read. The write-ahead log grows meanwhile.
   */
  checkBeside(): Promise<void>
  /**
   * Runs synchronous work in the next group commit and resolves after it is on disk. All work queued in one turn of the event loop shares one
   * transaction and one fsync; work that throws is undone alone and rejects alone.
   */
  write<T>(work: () => T): Promise<T>
  /** What `writeBeside` takes does not hold up the work. False where no thread can be begun, or none is wanted: then it is `write`. */
  readonly writesBeside: boolean
  /**
   * As `write`, and where the file has a thread it is that which writes: the work says what is to be written by running its statements, whose results say nothing. It reads what was written before it, by whomever,
   * and nothing of what it writes itself.
   */
  writeBeside<T>(work: () => T): Promise<T>
  /**
   * Runs synchronous work at once, within the transaction that the next group commit ends: whoever reads this file sees it from here on, and it is on the disk once `committed` resolves. What it
   * throws takes back everything since the last commit.
   */
  now<T>(work: () => T, options?: NowOptions): T
  /**
   * What was done by `now` since the last commit, and will be until the next, is not committed before `first` resolves, as of what has to be on the disk of another file first; where that rejects, all of it is taken back.
   * To be called in one go with the work that needs it, and where it `mayBeHeld`.
   */
  holdUntil(first: Promise<unknown>): void
  /** False where what was done has waited for long already, and others with it: then it is for who needs something first to wait. */
  readonly mayBeHeld: boolean
  /** Resolves once all that was done by `now` so far is on the disk; rejects where it was taken back. */
  committed(): Promise<void>
  /** The same; undefined where it is there already. */
  pending(): Promise<void> | undefined
  /**
   * Called when work done by `now` since the last commit is rolled back, for example because the disk is full. Queued work is rejected, and nothing is written until every listener's promise has settled:
   * no offset, snapshot or marker becomes durable ahead of the work it stands for.
   */
  onRollback(listener: RollbackListener): void
  /**
   * For work that need not be on disk soon, such as a position that can be found again: it rides along the next group commit, and gets one of its own
   * after 50 ms. Runs after the work that was queued before it.
   */
  writeAlong<T>(work: () => T): Promise<T>
  /**
   * Resolves once nothing of what was deleted or overwritten before the call lies in the write-ahead log any more, which SQLite would leave behind its end until it is that long again. What lies in pages of the file is for who deletes
   * (`PRAGMA secure_delete`). Rejects where the log was in use for five seconds, as by `checkBeside`.
   */
  cutLog(): Promise<void>
  /** Called right after each commit; what it returns is called once that is on the disk. */
  onCommit(listener: () => (() => void) | undefined): void
  /** For who sees by a sum of its own that what it reads is not what was written, which SQLite has no eye for: gives what to throw, and the file is dealt with as for any damage. */
  foundDamage(reason: string): DamagedFileError
  /**
   * Puts another file, which nobody else uses and which is closed for that, in the place of this one: who reads and writes this one goes on with what lies in the other. For what can be made again alone;
   * killed half way there may be no file. What is queued for this one is written to it before, and gone with it.
   */
  replaceWith(other: SqliteFile): Promise<void>
  /** Called when there is another file: one that was damaged has been begun anew and is empty, and what was queued for it has been rejected; or one has been put in its place; or it is the same as it was some milliseconds ago (`commitWithinMs`). */
  onRenewed(listener: () => void): void
  /** Called once the file is closed. */
  onClose(listener: () => void): void
  /** Commits what is queued and closes the file. */
  close(): Promise<void>
}
