import type { SQLInputValue } from 'node:sqlite'
import { isDamage } from './damage.ts'
import type { GroupCommit } from './group-commit.ts'
import type { ReadSnapshot } from './read-snapshot.ts'
import type { Script, WriterThread } from './writer-thread.ts'

/**
 * The writes of a file with or without a writer thread, by the process or by the thread. `SqliteFile` documents the
 * promises.
 */
export interface Writes {
  readonly writesOnThread: boolean
  /** No thread has the file open, or will soon. */
  readonly isIdle: boolean
  write<T>(work: () => T): Promise<T>
  writeOnThread<T>(work: () => T): Promise<T>
  /** Runs synchronous work outside any transaction, after all earlier writes, while nothing is written. */
  between<T>(work: () => T): Promise<T>
  /** Records a statement of work for the writer thread, and then returns true: it must not run here. */
  record(sql: string, values: readonly SQLInputValue[]): boolean
  /**
   * Runs synchronous work while no thread has the file open, after its writes are done. The last one to close a file
   * deletes its log by name. Later writes go through the process.
   */
  withoutThread(work: () => unknown): Promise<void>
  /**
   * Accepts no more writes for the thread. Returns the work in progress, to be awaited before the file is closed;
   * undefined if no thread is in use.
   */
  end(): Promise<void> | undefined
}

export interface WritesOptions {
  readonly path: string
  readonly commits: Pick<GroupCommit, 'write'>
  readonly snapshot: ReadSnapshot
  /**
   * Called for each commit of the thread, while nothing is written. The thread waits for its result before it writes
   * again.
   */
  onCommitted(): Promise<void> | undefined
  /** Handles damage that the thread found, and returns the error to throw. */
  damaged(cause: Error): Error
  /** The number of `writeOnThread` calls before the thread starts. */
  readonly after: number
}

/** For a file without a thread: the process writes everything. */
export function createWrites({ commits }: Pick<WritesOptions, 'commits'>): Writes {
  return {
    writesOnThread: false,
    isIdle: true,
    write: commits.write,
    writeOnThread: commits.write,
    between: async work => work(),
    record: () => false,
    withoutThread: async work => void work(),
    end: () => undefined,
  }
}

/**
 * Runs all writes one at a time, so each sees the earlier ones and none waits for a lock. The process sees the thread's
 * commit only when the thread reports it. Until then all statements read the file as it was, which matches the
 * process's state.
 */
export function createThreadedWrites(
  writerThread: WriterThread,
  { path, commits, snapshot, onCommitted, damaged, after }: WritesOptions,
): Writes {
  /** Set while work records statements for the thread. */
  let script: Script | undefined
  let last: Promise<unknown> = Promise.resolve()
  let untilReady: Promise<void> | undefined
  /** Counts the callers that need the thread stopped. */
  let stoppedFor = 0
  let isIdle = true
  let hasEnded = false
  let calls = 0

  function enqueue<T>(work: () => Promise<T>): Promise<T> {
    if (hasEnded) return Promise.reject(new Error(`${path} is closed`))
    isIdle = false
    const done = last.then(work, work)
    last = done.catch(() => undefined)
    return done
  }

  async function byThread<T>(work: () => T): Promise<T> {
    await untilReady
    const results: T[] = []
    try {
      await writerThread.write(opened => {
        script = opened
        try {
          results.push(work())
        } finally {
          script = undefined
        }
        snapshot.hold()
      })
    } catch (error) {
      if (!writerThread.isPossible) return commits.write(work)
      // The work itself threw this error.
      if (results.length === 0) throw error
      if (isDamage(error)) throw damaged(error as Error)
      throw new Error(`${path}: nothing was written: ${(error as Error).message}`, { cause: error })
    } finally {
      snapshot.release()
    }
    untilReady = onCommitted()
    return results[0] as T
  }

  async function withoutThread(work: () => unknown): Promise<void> {
    for (let awaited: unknown; awaited !== last; await awaited) awaited = last
    stoppedFor += 1
    try {
      await writerThread.stop()
      isIdle = true
      work()
    } finally {
      stoppedFor -= 1
    }
  }

  const write: Writes['write'] = work => (stoppedFor === 0 ? enqueue(() => commits.write(work)) : commits.write(work))

  return {
    get writesOnThread() {
      return writerThread.isPossible
    },
    get isIdle() {
      return isIdle
    },
    write,
    writeOnThread(work) {
      calls += 1
      return calls > after && stoppedFor === 0 && writerThread.isPossible ? enqueue(() => byThread(work)) : write(work)
    },
    between: work =>
      enqueue(async () => {
        await untilReady
        return work()
      }),
    record(sql, values) {
      script?.run(sql, values)
      return script !== undefined
    },
    withoutThread,
    end() {
      hasEnded = true
      return isIdle ? undefined : withoutThread(() => undefined)
    },
  }
}
