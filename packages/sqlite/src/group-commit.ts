// Shares one SQLite transaction, and one fsync, among concurrent writes. Callers: open-sqlite.ts, for every file of the
// engine.
// A write passes these states:
// - queued: it waits for the next event-loop turn (`write`), or for another write's commit (`writeLazily`).
// - ordered: it has run in the open transaction (`now`), and readers in this process see it.
// - held: the transaction waits until something else is durable (`holdUntil`), such as encryption keys.
// - committed, then durable after the fsync. Only now callers and clients are notified.
// - rolled back: the commit failed. All ordered and queued work is rejected, listeners stop the workers that saw it,
//   and no write is accepted until they have stopped.

import type { DatabaseSync } from 'node:sqlite'
import type { Disk } from './disk.ts'
import { canHold, countIdleTurns, createTransaction, hold, isReadyToCommit, type Transaction } from './transaction.ts'

/** Prepared once: compiling them for each write costs more than running them. */
export const transactionStatements = (db: DatabaseSync) => ({
  begin: db.prepare('BEGIN IMMEDIATE'),
  commit: db.prepare('COMMIT'),
  savepoint: db.prepare('SAVEPOINT work'),
  release: db.prepare('RELEASE work'),
  rollbackTo: db.prepare('ROLLBACK TO work'),
})

/** The current database; another file may replace it. */
export interface Current {
  readonly db: DatabaseSync
  readonly own: ReturnType<typeof transactionStatements>
}

export interface NowOptions {
  /** The caller awaits the commit and adds nothing more, so it happens in the next event-loop turn. */
  readonly isAwaited?: boolean
}

/**
 * Stops everything that may have seen rolled-back work, and resolves once it has stopped; undefined if there is nothing
 * to stop. Until then the file accepts no writes. `recovered` resolves when it accepts writes again.
 */
export type RollbackListener = (recovered: Promise<void>) => Promise<unknown> | undefined

/** One transaction for many writes, and the callers that wait for its commit. `SqliteFile` documents the promises. */
export interface GroupCommit {
  write<T>(work: () => T): Promise<T>
  writeLazily<T>(work: () => T): Promise<T>
  now<T>(work: () => T, options?: NowOptions): T
  readonly canHold: boolean
  holdUntil(first: Promise<unknown>): void
  /** Resolves once nothing holds the open transaction; undefined if nothing does. */
  held(): Promise<unknown> | undefined
  committed(): Promise<void>
  pending(): Promise<void> | undefined
  onCommit(listener: () => (() => void) | undefined): void
  onRollback(listener: RollbackListener): void
  /** Commits everything that is queued, held or not. */
  flushAll(): void
  /** Rejects everything that is queued. */
  drop(error: Error): void
  /** Accepts no more writes. */
  end(): void
}

export interface GroupCommitOptions {
  readonly path: string
  current(): Current
  readonly disk: Disk
  /** Called with the error of a failed commit. */
  onFault(error: Error): void
  /** Called after each commit, while no transaction is open. */
  onCommitted(): void
  /** Writes resolve before their commit, which happens within this many milliseconds. */
  readonly withinMs?: number
}

/** Limits how long one commit blocks the event loop; the rest waits for the next turn. */
const workPerCommitMax = 2_000
/** How long a write may wait for another write's commit. */
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
  /** The newest commit; undefined once it is durable. */
  let lastCommitted: Promise<void> | undefined
  const onDisk = Promise.resolve()
  let isScheduled = false
  let alongTimer: NodeJS.Timeout | undefined
  /** Delays the commit so that more writes can join. */
  let withinTimer: NodeJS.Timeout | undefined
  let hasEnded = false
  let isRecovering = false

  function refusalReason(): Error | undefined {
    if (disk.broken) return disk.broken
    if (hasEnded) return new Error(`${path} is closed`)
    return isRecovering ? new Error(`${path}: a commit failed, and its workers are still being stopped. Retry`) : undefined
  }

  function runAlone(item: Queued): { item: Queued; value: unknown } | undefined {
    const { db, own } = current()
    own.savepoint.run()
    try {
      const value = item.work()
      own.release.run()
      return { item, value }
    } catch (error) {
      // On a full disk SQLite rolls back the whole transaction by itself. Then the whole batch is lost, for this
      // reason.
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

  /** Commits queued work, and a transaction that no write joins any more. */
  function turn(): void {
    isScheduled = false
    if (transaction && transaction.holds.size > 0) return
    if (transaction) countIdleTurns(transaction)
    if (withinMs === undefined && transaction && !isReadyToCommit(transaction, disk.isBusy)) schedule()
    else flush()
  }

  function enqueue<T>(work: () => T): Promise<T> {
    const reason = refusalReason()
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
    else runUncommitted(batch)
  }

  /** Runs the batch and resolves its callers; the commit waits for more writes. */
  function runUncommitted(batch: readonly Queued[]): void {
    try {
      transaction ??= begin()
      for (const item of batch) {
        const ran = runAlone(item)
        if (!ran) continue
        transaction.operations += 1
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
    trackCommit(committed.promise)
    const whenDurable = commitListeners.flatMap(listener => listener() ?? [])
    disk.sync({
      onDurable() {
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

  function trackCommit(committed: Promise<void>): void {
    lastCommitted = committed
    committed.then(
      () => {
        if (lastCommitted === committed) lastCommitted = undefined
      },
      // Later callers get the rejection as well.
      () => undefined,
    )
  }

  const pending = (): Promise<void> | undefined => transaction?.committed.promise ?? lastCommitted

  function rollBack(error: Error, batch: readonly Queued[] = []): void {
    const wasSeen = transaction !== undefined && transaction.operations > 0
    onFault(error)
    // Queued work may include offsets of the rolled-back work, so it is rejected too.
    discardOpen(new Error(`${path}: nothing was written: ${error.message}`, { cause: error }), [...batch, ...queue.splice(0)])
    if (wasSeen) recover()
  }

  /**
   * Accepts no writes until everything that may have seen the rolled-back work has stopped. A closing worker may still
   * know offsets that the file no longer has. This is the only guard against an offset, snapshot or marker that is
   * durable without its work.
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

  /** Rolls back the open transaction. */
  function discardOpen(why: Error, batch: readonly Queued[]): void {
    const { db } = current()
    if (db.isTransaction) db.exec('ROLLBACK')
    const open = transaction
    transaction = undefined
    for (const item of batch) item.reject(why)
    open?.committed.reject(why)
  }

  // Committed work was seen too, and may or may not survive a restart.
  disk.onBroken(error => {
    discardOpen(error, queue.splice(0))
    recover()
  })

  return {
    write(work) {
      const done = enqueue(work)
      schedule()
      return done
    },
    writeLazily(work) {
      const done = enqueue(work)
      if (!isScheduled) alongTimer ??= setTimeout(schedule, alongMs)
      return done
    },
    now(work, { isAwaited = false } = {}) {
      const reason = refusalReason()
      if (reason) throw reason
      transaction ??= begin()
      transaction.operations += 1
      if (isAwaited) transaction.isAwaited = true
      schedule()
      try {
        return work()
      } catch (error) {
        rollBack(error as Error)
        throw error
      }
    },
    get canHold() {
      return !transaction || canHold(transaction)
    },
    holdUntil(first) {
      const reason = refusalReason()
      if (reason) throw reason
      transaction ??= begin()
      const current = transaction
      hold(current, first, {
        free: () => transaction === current && schedule(),
        fail: error => transaction === current && rollBack(error),
      })
    },
    held: () => (transaction && transaction.holds.size > 0 ? Promise.allSettled(transaction.holds) : undefined),
    // A caller that asks during recovery may mean work that was rolled back.
    committed: () => (isRecovering ? Promise.reject(refusalReason()) : (pending() ?? onDisk)),
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
