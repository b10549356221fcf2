import type { DamagedFileError } from './damage.ts'
import type { NowOptions, RollbackListener } from './group-commit.ts'
import type { SqliteRow, SqliteStatement } from './statements.ts'

export interface SqliteOptions {
  /**
   * True: a resolved write survives `kill -9` and power loss (one fsync per group commit). False: for data that can be
   * rebuilt. It survives `kill -9`; a power loss may lose the newest writes, and a damaged file is moved away and
   * recreated.
   */
  readonly durable: boolean
  /**
   * Only for data that can be rebuilt. A write resolves before its commit, which happens within this many milliseconds,
   * so a page that many writes change is written once. A kill loses uncommitted writes. If the commit fails they are
   * rolled back, and `onContentReplaced` is called.
   */
  readonly commitWithinMs?: number
  /**
   * Only for data that can be rebuilt. After this many calls, `writeOnThread` writes on a worker thread, which takes 17
   * MB. `commitWithinMs` then has no effect, and `now` throws, because it could conflict with the thread. Undefined: no
   * thread.
   */
  readonly threadAfterWrites?: number | undefined
  /** Overwrites deleted data with zeros in the file. It stays in the write-ahead log until `truncateLog`. */
  readonly secureDelete?: boolean
  /** Called each time the file turns out to be damaged. `keptAs` is the new path of a file that was moved away. */
  readonly onDamage?: (error: DamagedFileError, keptAs: string | undefined) => void
  /** Durable files only: called once, after a failed fsync. The file accepts no writes until it is reopened. */
  readonly onBroken?: ((error: Error) => void) | undefined
}

/**
 * A check reads the whole file: 1 s per GB from the page cache, about 3 s from the disk. A larger file than this is
 * checked by another process.
 */
export const checkedInlineBytesMax = 128_000_000

/** One SQLite file that only this process has open. */
export interface SqliteFile {
  readonly path: string
  /**
   * A prepared statement, cached by its text. Reads may run at any time, writes only inside `write`. `Row` is not
   * checked.
   */
  prepare<Row = SqliteRow>(sql: string): SqliteStatement<Row>
  /**
   * Creates tables and indexes, before the first write. With a writer thread it throws after that. A recreated file
   * gets them again.
   */
  schema(sql: string): void
  /**
   * Reads every page and blocks the event loop, 1 s per GB from the page cache. Throws DamagedFileError for a durable
   * file; any other is recreated. Changes inside a value go unnoticed, because SQLite has no checksums.
   */
  check(): void
  /**
   * As `check`, in another process, without blocking. Damage that it finds is handled like any other. Resolves once the
   * file is known to be intact. Rejects with DamagedFileError, or if the file is closed, recreated or unreadable. The
   * write-ahead log grows meanwhile.
   */
  checkInProcess(): Promise<void>
  /**
   * Runs synchronous work in the next group commit and resolves once it is durable. All work of one event-loop turn
   * shares one transaction and one fsync. Work that throws is rolled back and rejected alone.
   */
  write<T>(work: () => T): Promise<T>
  /**
   * Whether `writeOnThread` runs on a worker thread. False if none is configured or can start; then it equals `write`.
   */
  readonly writesOnThread: boolean
  /**
   * As `write`, but on the writer thread if there is one. The work only records its statements, so their results are
   * meaningless. It can read earlier writes, but not its own.
   */
  writeOnThread<T>(work: () => T): Promise<T>
  /**
   * Runs synchronous work at once, inside the transaction of the next group commit. Readers of this file see it
   * immediately; it is durable once `committed` resolves. An error rolls back everything since the last commit.
   */
  writeNow<T>(work: () => T, options?: NowOptions): T
  /**
   * Delays the next commit until `first` resolves, for example until another file is durable. If it rejects, everything
   * since the last commit is rolled back. Call it in the same turn as the dependent work, and only while `canHold`.
   */
  holdUntil(first: Promise<unknown>): void
  /** False when the open work has already waited long. The caller must then await its prerequisite first. */
  readonly canHold: boolean
  /** Resolves once all work of `now` so far is durable; rejects if it was rolled back. */
  committed(): Promise<void>
  /** As `committed`; undefined if everything is already durable. */
  pending(): Promise<void> | undefined
  /**
   * Called when work of `now` is rolled back, for example because the disk is full. Queued work is rejected, and
   * nothing is written until every listener's promise has settled. So no offset, snapshot or marker becomes durable
   * before its work.
   */
  onRollback(listener: RollbackListener): void
  /**
   * For work without urgency, such as an offset that can be recomputed. It joins the next group commit, or gets its own
   * after 50 ms. Runs after work that was queued earlier.
   */
  writeLazily<T>(work: () => T): Promise<T>
  /**
   * Erases deleted and overwritten data from the write-ahead log, where SQLite leaves it until the log is as long
   * again. Erasing it in the file itself needs `PRAGMA secure_delete`. Rejects if the log is in use for five seconds,
   * for example by `checkInProcess`.
   */
  truncateLog(): Promise<void>
  /** Called right after each commit. The function that it returns is called once the commit is durable. */
  onCommit(listener: () => (() => void) | undefined): void
  /**
   * For a caller whose own checksum shows damage that SQLite can't detect. Returns the error to throw; the file is
   * handled as damaged.
   */
  reportDamage(reason: string): DamagedFileError
  /**
   * Replaces this file with another, unshared one, which is closed first. Readers and writers continue on its content.
   * Only for data that can be rebuilt: after a kill in between there may be no file. Queued writes go to the old file
   * and are lost with it.
   */
  replaceWith(other: SqliteFile): Promise<void>
  /**
   * Called when the content changed: a damaged file was recreated empty and its queued writes were rejected, another
   * file replaced it, or uncommitted writes were rolled back (`commitWithinMs`).
   */
  onContentReplaced(listener: () => void): void
  /** Called once the file is closed. */
  onClose(listener: () => void): void
  /** Commits queued writes and closes the file. */
  close(): Promise<void>
}
