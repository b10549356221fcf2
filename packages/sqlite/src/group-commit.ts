// Shares one SQLite transaction, and one fsync, among all writes of a moment. Callers: open-sqlite.ts, for every file
// of the engine.
// A write passes these states:
// - queued: it waits for the next turn (`write`), or for another write's commit (`writeAlong`).
// - ordered: it has run in the open transaction (`now`), and readers in this process see it.
// - held: the transaction waits until something else is durable (`holdUntil`), such as encryption keys.
// - committed, then durable once the disk has it: only now callers and the outside are told.
// - undone: the commit failed. All ordered and queued work is rejected, listeners stop whoever saw it, and no write is
//   taken until they have stopped.

import type { DatabaseSync } from 'node:sqlite'
import type { Disk } from './disk.ts'
import { countQuiet, createTransaction, hold, isRipe, mayBeHeld, type Transaction } from './transaction.ts'

/** Prepared once: compiling them for each piece of work costs more than running them. */
export const transactionStatements = (db: DatabaseSync) => ({
  begin: db.prepare('BEGIN IMMEDIATE'),
  commit: db.prepare('COMMIT'),
  savepoint: db.prepare('SAVEPOINT work'),
  release: db.prepare('RELEASE work'),
  rollbackTo: db.prepare('ROLLBACK TO work'),
})

/** The database as it is now: another file may take the place of one. */
export interface Current {
  readonly db: DatabaseSync
  readonly own: ReturnType<typeof transactionStatements>
}

export interface NowOptions {
  /** Nothing follows from the work that would share its commit: it is made in the next turn of the event loop. */
  readonly isAwaited?: boolean
}

/**
 * Stops whoever may have seen work that was rolled back, and resolves once none of it runs any more; undefined if there is nothing to stop. Until then the file takes no writes. `recovered` resolves when it takes writes again.
 */
export type RollbackListener = (recovered: Promise<void>) => Promise<unknown> | undefined

/** Work of many in one transaction, and all that waits for its commit. What each promises is said at `SqliteFile`. */
export interface GroupCommit {
  write<T>(work: () => T): Promise<T>
  writeAlong<T>(work: () => T): Promise<T>
  now<T>(work: () => T, options?: NowOptions): T
  readonly mayBeHeld: boolean
  holdUntil(first: Promise<unknown>): void
  /** Resolves once nothing holds what is open; undefined where nothing does. */
  held(): Promise<unknown> | undefined
  committed(): Promise<void>
  pending(): Promise<void> | undefined
  onCommit(listener: () => (() => void) | undefined): void
  onRollback(listener: RollbackListener): void
  /** Commits all that is queued, held or not. */
  flushAll(): void
  /** Rejects all that is queued. */
  drop(error: Error): void
  /** Nothing more is taken. */
  end(): void
}

export interface GroupCommitOptions {
  readonly path: string
  current(): Current
  readonly disk: Disk
  /** Told what a commit has failed by. */
  onFault(error: Error): void
  /** Told of each commit, while no transaction is open. */
  onCommitted(): void
  /** Work is told that it is done before it is committed, which it is with all that comes within so many milliseconds. */
  readonly withinMs?: number
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

export function createGroupCommit({ path, current, disk, onFault, onCommitted, withinMs }: GroupCommitOptions): GroupCommit {
  const commitListeners: (() => (() => void) | undefined)[] = []
  const rollbackListeners: RollbackListener[] = []
  let queue: Queued[] = []
  let transaction: Transaction | undefined
  /** Of the newest commit; undefined once it is on the disk. */
  let lastCommitted: Promise<void> | undefined
  const onDisk = Promise.resolve()
  let isScheduled = false
  let alongTimer: NodeJS.Timeout | undefined
  /** Until then what is done waits for more. */
  let withinTimer: NodeJS.Timeout | undefined
  let hasEnded = false
  let isRecovering = false

  function whyNot(): Error | undefined {
    if (disk.broken) return disk.broken
    if (hasEnded) return new Error(`${path} is closed`)
    return isRecovering ? new Error(`${path}: a commit failed, and the work that it undid is still being stopped; retry`) : undefined
  }

  function runAlone(item: Queued): { item: Queued; value: unknown } | undefined {
    const { db, own } = current()
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
    if (isScheduled) return
    isScheduled = true
    setImmediate(turn)
  }

  /** What was queued, or nobody adds to any more, is committed. */
  function turn(): void {
    isScheduled = false
    if (transaction && transaction.holds.size > 0) return
    if (transaction) countQuiet(transaction)
    if (withinMs === undefined && transaction && !isRipe(transaction, disk.isBusy)) schedule()
    else flush()
  }

  function enqueue<T>(work: () => T): Promise<T> {
    const reason = whyNot()
    if (reason) return Promise.reject(reason)
    return new Promise<T>((resolve, reject) => {
      queue.push({ work, resolve: resolve as (value: never) => void, reject })
    })
  }

  function begin(): Transaction {
    current().own.begin.run()
    return createTransaction()
  }

  function flush(isDue = withinMs === undefined): void {
    clearTimeout(alongTimer)
    alongTimer = undefined
    const batch = queue.length > workPerCommitMax ? queue.splice(0, workPerCommitMax) : queue
    if (batch === queue) queue = []
    else schedule()
    if (batch.length === 0 && !transaction) return
    if (isDue) commit(batch)
    else doNow(batch)
  }

  /** Whoever asked for it is told, and the commit waits for more. */
  function doNow(batch: readonly Queued[]): void {
    try {
      transaction ??= begin()
      for (const item of batch) {
        const ran = runAlone(item)
        if (!ran) continue
        transaction.acts += 1
        item.resolve(ran.value as never)
      }
    } catch (error) {
      rollBack(error as Error, batch)
      return
    }
    withinTimer ??= setTimeout(() => {
      withinTimer = undefined
      flush(true)
    }, withinMs)
  }

  function commit(batch: readonly Queued[]): void {
    clearTimeout(withinTimer)
    withinTimer = undefined
    const done: { item: Queued; value: unknown }[] = []
    try {
      transaction ??= begin()
      for (const item of batch) {
        const ran = runAlone(item)
        if (ran) done.push(ran)
      }
      current().own.commit.run()
    } catch (error) {
      rollBack(error as Error, batch)
      return
    }
    const { committed } = transaction
    transaction = undefined
    last(committed.promise)
    const whenDurable = commitListeners.flatMap(listener => listener() ?? [])
    disk.bring({
      tell() {
        for (const then of whenDurable) then()
        for (const { item, value } of done) item.resolve(value as never)
        committed.resolve()
      },
      fail(error) {
        for (const { item } of done) item.reject(error)
        committed.reject(error)
      },
    })
    onCommitted()
  }

  function last(committed: Promise<void>): void {
    lastCommitted = committed
    committed.then(
      () => {
        if (lastCommitted === committed) lastCommitted = undefined
      },
      // Whoever asks later is told as well.
      () => undefined,
    )
  }

  const pending = (): Promise<void> | undefined => transaction?.committed.promise ?? lastCommitted

  function rollBack(error: Error, batch: readonly Queued[] = []): void {
    const wasSeen = transaction !== undefined && transaction.acts > 0
    onFault(error)
    // Queued work may say how far the undone work has come, so it goes as well.
    undo(new Error(`${path}: nothing of this was written: ${error.message}`, { cause: error }), [...batch, ...queue.splice(0)])
    if (wasSeen) recover()
  }

  /**
   * Takes no writes until everything that may have seen the undone work has stopped. This is the one guard against an offset, snapshot or marker that is durable without the work it stands for:
   * a worker that closes after a rollback still knows positions that the file no longer has.
   */
  function recover(): void {
    isRecovering = true
    const { promise: recovered, resolve } = Promise.withResolvers<void>()
    const stopping = rollbackListeners.flatMap(listener => listener(recovered) ?? [])
    const end = (): void => {
      isRecovering = false
      resolve()
    }
    if (stopping.length === 0) end()
    else void Promise.allSettled(stopping).then(end)
  }

  /** Of the transaction that is open nothing is left. */
  function undo(why: Error, batch: readonly Queued[]): void {
    const { db } = current()
    if (db.isTransaction) db.exec('ROLLBACK')
    const open = transaction
    transaction = undefined
    for (const item of batch) item.reject(why)
    open?.committed.reject(why)
  }

  // Also what is committed was seen, and nobody knows whether it will be there.
  disk.onBroken(error => {
    undo(error, queue.splice(0))
    recover()
  })

  return {
    write(work) {
      const done = enqueue(work)
      schedule()
      return done
    },
    writeAlong(work) {
      const done = enqueue(work)
      if (!isScheduled) alongTimer ??= setTimeout(schedule, alongMs)
      return done
    },
    now(work, { isAwaited = false } = {}) {
      const reason = whyNot()
      if (reason) throw reason
      transaction ??= begin()
      transaction.acts += 1
      if (isAwaited) transaction.isAwaited = true
      schedule()
      try {
        return work()
      } catch (error) {
        rollBack(error as Error)
        throw error
      }
    },
    get mayBeHeld() {
      return !transaction || mayBeHeld(transaction)
    },
    holdUntil(first) {
      const reason = whyNot()
      if (reason) throw reason
      transaction ??= begin()
      const held = transaction
      hold(held, first, {
        free: () => transaction === held && schedule(),
        fail: error => transaction === held && rollBack(error),
      })
    },
    held: () => (transaction && transaction.holds.size > 0 ? Promise.allSettled(transaction.holds) : undefined),
    // Whoever asks while work is being stopped may ask about work that was undone.
    committed: () => (isRecovering ? Promise.reject(whyNot()) : (pending() ?? onDisk)),
    pending,
    onCommit: listener => void commitListeners.push(listener),
    onRollback: listener => void rollbackListeners.push(listener),
    flushAll() {
      while (queue.length > 0 || transaction) flush(true)
    },
    drop(error) {
      clearTimeout(withinTimer)
      withinTimer = undefined
      transaction = undefined
      for (const { reject } of queue.splice(0)) reject(error)
    },
    end() {
      hasEnded = true
    },
  }
}
