import { closeSync, fdatasync, fdatasyncSync, openSync } from 'node:fs'

/** A commit that is not on the disk yet. */
export interface Written {
  /** Tells who waits for it. */
  tell(): void
  fail(error: Error): void
}

/** Brings commits to the disk, each in its order. */
export interface Disk {
  readonly isBusy: boolean
  /** Set once the disk has not taken something. Whatever was written since the last that was told may or may not be there once the machine starts again, so nothing more is to be written. */
  readonly broken: Error | undefined
  bring(written: Written): void
  onBroken(listener: (error: Error) => void): void
  /** Brings what is left there at once, and tells of it; to be called before the file is closed. Returns what is to be done after that. */
  close(): () => void
}

/** For a file that can be made again: a power loss may take the newest. */
export function createNoDisk(): Disk {
  return { isBusy: false, broken: undefined, bring: written => written.tell(), onBroken: () => undefined, close: () => () => undefined }
}

/** Syncs SQLite's write-ahead log beside the work, in a thread of libuv: the next commit is made meanwhile. */
export function createDisk(path: string): Disk {
  // SQLite never locks this one, so that it does no harm to close it.
  const writeAheadLog = openSync(`${path}-wal`, 'r')
  const waiting: Written[] = []
  let underWay: Written[] = []
  let isBusy = false
  let isClosed = false
  let broken: Error | undefined
  const listeners: ((error: Error) => void)[] = []

  function tellOf(written: readonly Written[]): void {
    for (const each of written) each.tell()
  }

  function sync(): void {
    if (isBusy || waiting.length === 0) return
    isBusy = true
    underWay = waiting.splice(0)
    fdatasync(writeAheadLog, error => {
      isBusy = false
      if (isClosed) closeSync(writeAheadLog)
      else if (error) breakDown(error)
      else {
        tellOf(underWay.splice(0))
        sync()
      }
    })
  }

  /** What of it is there nobody knows, and the system does not say twice. */
  function breakDown(cause: Error): void {
    broken = new Error(`${path}: the disk did not take what was written: ${cause.message}. Start the engine again`, { cause })
    for (const each of [...underWay.splice(0), ...waiting.splice(0)]) each.fail(broken)
    for (const listener of listeners) listener(broken)
  }

  return {
    get isBusy() {
      return isBusy
    },
    get broken() {
      return broken
    },
    bring(written) {
      waiting.push(written)
      sync()
    },
    onBroken: listener => void listeners.push(listener),
    close() {
      isClosed = true
      try {
        if (!broken) fdatasyncSync(writeAheadLog)
      } catch (error) {
        breakDown(error as Error)
        if (!isBusy) closeSync(writeAheadLog)
        throw broken
      }
      tellOf([...underWay.splice(0), ...waiting.splice(0)])
      return () => {
        if (!isBusy) closeSync(writeAheadLog)
      }
    },
  }
}
