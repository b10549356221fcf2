import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'

/** A commit that is not durable yet. */
export interface Written {
  /** Notifies its waiting callers. */
  onDurable(): void
  fail(error: Error): void
}

/** Syncs commits to the disk, in order. */
export interface Disk {
  readonly isBusy: boolean
  /**
   * Set after a failed fsync. Writes since the last confirmed one may or may not survive a restart, so nothing more may
   * be written.
   */
  readonly broken: Error | undefined
  sync(written: Written): void
  onBroken(listener: (error: Error) => void): void
  /**
   * Syncs the rest at once and notifies its callers; call it before the file is closed. Returns the cleanup for
   * afterwards.
   */
  close(): () => void
}

/** For data that can be rebuilt: a power loss may lose the newest writes. */
export function createNoDisk(): Disk {
  return { isBusy: false, broken: undefined, sync: written => written.onDurable(), onBroken: () => undefined, close: () => () => undefined }
}

/** Syncs SQLite's write-ahead log on a libuv thread, while the next commit runs. */
export function createDisk(path: string): Disk {
  // SQLite never locks this file, so closing its descriptor is safe.
  const writeAheadLog = openSync(`${path}-wal`, 'r')
  const waiting: Written[] = []
  let syncing: Written[] = []
  let isBusy = false
  let isClosed = false
  let broken: Error | undefined
  const listeners: ((error: Error) => void)[] = []

  /** Those whose notification throws stay in the list. */
  function notifyAll(written: Written[]): void {
    for (let [first] = written; first; [first] = written) {
      first.onDurable()
      written.shift()
    }
  }

  function syncNext(): void {
    if (isBusy || waiting.length === 0) return
    isBusy = true
    syncing = waiting.splice(0)
    fdatasync(writeAheadLog, error => {
      isBusy = false
      if (isClosed) closeSync(writeAheadLog)
      else if (error) markBroken(error)
      else confirm()
    })
  }

  /** A caller that stores something else of these writes may fail to, such as an offset in a file on the same disk. */
  function confirm(): void {
    try {
      notifyAll(syncing)
    } catch (error) {
      markBroken(error as Error)
      return
    }
    syncNext()
  }

  /** The state of the writes is unknown, and the system reports the error only once. */
  function markBroken(cause: Error): void {
    broken = new Error(`${path}: the disk failed to store writes: ${cause.message}. Restart the engine`, { cause })
    for (const each of [...syncing.splice(0), ...waiting.splice(0)]) each.fail(broken)
    for (const listener of listeners) listener(broken)
  }

  return {
    get isBusy() {
      return isBusy
    },
    get broken() {
      return broken
    },
    sync(written) {
      waiting.push(written)
      syncNext()
    },
    onBroken: listener => void listeners.push(listener),
    close() {
      isClosed = true
      try {
        if (!broken) fdatasyncSync(writeAheadLog)
        notifyAll(syncing)
        notifyAll(waiting)
      } catch (error) {
        markBroken(error as Error)
        if (!isBusy) closeSync(writeAheadLog)
        throw broken
      }
      return () => {
        if (!isBusy) closeSync(writeAheadLog)
      }
    },
  }
}
