import { mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import type { DatabaseSync } from 'node:sqlite'
import { type CheckProcess, startCheckProcess } from './check-process.ts'
import { DamagedFileError, isDamage } from './damage.ts'
import { createDisk, createNoDisk } from './disk.ts'
import { createGroupCommit } from './group-commit.ts'
import { partsOf } from './open-exclusively.ts'
import { firstFaultOf } from './quick-check.js'
import { createReadSnapshot } from './read-snapshot.ts'
import { createRenewal } from './renewal.ts'
import type { SqliteFile, SqliteOptions } from './sqlite-file.ts'
import { createStatements } from './statements.ts'
import { truncateLog } from './truncate-log.ts'
import { createWriterThread } from './writer-thread.ts'
import { createThreadedWrites, createWrites } from './writes.ts'

/**
 * Opens or creates the file. Throws an error with the file's name if another process holds it, if it is no database, or
 * if the disk is full. `node:sqlite` is synchronous: a commit blocks the event loop while pages are written, but not
 * during the fsync.
 */
export function openSqlite(path: string, options: SqliteOptions): SqliteFile {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const { durable, threadAfterWrites, secureDelete = false, onDamage } = options
  const renewal = createRenewal({
    path,
    durable,
    secureDelete,
    ...(onDamage && { onDamage }),
    withoutThread: work => writes.withoutThread(work),
    drop: error => commits.drop(error),
    onShut: () => checking?.end(),
    onReopened: () => statements.renewed(),
  })
  const writerThread = threadAfterWrites === undefined ? undefined : createWriterThread({ path, secureDelete })
  const closeListeners: (() => void)[] = []
  let closed = false
  let checking: CheckProcess | undefined
  const disk = durable ? createDisk(path) : createNoDisk()
  // Registered after the commits, which first reject what waits.
  if (options.onBroken) disk.onBroken(options.onBroken)
  const withinMs = writerThread ? undefined : options.commitWithinMs
  const commits = createGroupCommit({
    path,
    current: () => renewal.current,
    disk,
    onFault: error => void (isDamage(error) && renewal.damaged(error)),
    onCommitted: () => renewal.checkpoints.committed(),
    ...(withinMs === undefined ? {} : { withinMs }),
  })
  if (withinMs !== undefined)
    commits.onRollback(() => {
      renewal.notifyRenewed()
      return undefined
    })
  const writes = writerThread
    ? createThreadedWrites(writerThread, {
        path,
        commits,
        snapshot: createReadSnapshot(() => renewal.current.db),
        onCommitted: () => renewal.checkpoints.committed(),
        damaged: renewal.damaged,
        after: threadAfterWrites ?? 0,
      })
    : createWrites({ commits })
  const statements = createStatements({
    current: () => renewal.current.db,
    record: writes.record,
    asFault: error => (isDamage(error) ? renewal.damaged(error as Error) : error),
  })

  function refuseDirectWrite(): never {
    throw new Error(`${path} has a writer thread, so nothing can be written at once`)
  }

  return {
    path,
    prepare: statements.prepare,
    schema(sql) {
      if (!writes.isIdle) throw new Error(`${path} has been written, so its schema can't change any more`)
      renewal.schema(sql)
    },
    check() {
      const found = damageOf(path, renewal.current.db)
      if (!found) return
      if (!durable) return renewal.renew(found)
      onDamage?.(found, undefined)
      throw found
    },
    async checkInProcess() {
      checking ??= startCheckProcess(path)
      const fault = await checking.fault.finally(() => {
        checking = undefined
      })
      if (fault !== undefined) throw renewal.damaged(new Error(fault))
    },
    write: writes.write,
    get writesOnThread() {
      return writes.writesOnThread
    },
    writeOnThread: writes.writeOnThread,
    writeLazily: writerThread ? writes.write : commits.writeLazily,
    writeNow: writerThread ? refuseDirectWrite : commits.now,
    holdUntil: writerThread ? refuseDirectWrite : commits.holdUntil,
    get canHold() {
      return commits.canHold
    },
    committed: commits.committed,
    pending: commits.pending,
    onCommit: commits.onCommit,
    onRollback: commits.onRollback,
    truncateLog: () => truncateLog({ path, renewal, commits, writes }),
    onClose: listener => void closeListeners.push(listener),
    reportDamage: reason => renewal.damaged(new Error(reason)),
    onContentReplaced: renewal.onContentReplaced,
    async replaceWith(other) {
      if (durable) throw new Error(`${path} is durable and can't be replaced`)
      await Promise.all([other.close(), renewal.checkpoints.stop()])
      await writes.withoutThread(() => {
        commits.flushAll()
        renewal.shut()
        for (const part of partsOf(path)) rmSync(part, { force: true })
        renameSync(other.path, path)
        rmSync(`${other.path}-lock`, { force: true })
        renewal.reopen()
      })
    },
    async close() {
      if (closed) return
      closed = true
      renewal.end()
      // If nothing is in progress, the file is closed when this returns.
      const beingWritten = writes.end()
      if (beingWritten) await beingWritten
      commits.end()
      const held = commits.held()
      if (held) await held
      const checkpointing = renewal.checkpoints.stop()
      if (checkpointing) await checkpointing
      let release: (() => void) | undefined
      // Releases the lock even if the disk refuses the last writes.
      const stack = new DisposableStack()
      for (const listener of closeListeners.toReversed()) stack.defer(listener)
      stack.defer(() => release?.())
      stack.defer(renewal.shut)
      stack.defer(statements.clear)
      try {
        commits.flushAll()
        release = disk.close()
      } finally {
        stack.dispose()
      }
    },
  }
}

/** Reads every page. */
function damageOf(path: string, db: DatabaseSync): DamagedFileError | undefined {
  try {
    const fault = firstFaultOf(db)
    return fault === undefined ? undefined : new DamagedFileError(path, fault)
  } catch (error) {
    if (!isDamage(error)) throw error
    return new DamagedFileError(path, (error as Error).message, { cause: error })
  }
}
