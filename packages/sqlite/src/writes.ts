import type { SQLInputValue } from 'node:sqlite'
import { isDamage } from './damage.ts'
import type { GroupCommit } from './group-commit.ts'
import type { ReadSnapshot } from './read-snapshot.ts'
import type { Script, WriterThread } from './writer-thread.ts'

/** The writes of a file that has a thread for them, or none: those of the process, and those beside it. What each promises is said at `SqliteFile`. */
export interface Writes {
  readonly writesBeside: boolean
  /** No thread has the file, or will have it soon. */
  readonly isIdle: boolean
  write<T>(work: () => T): Promise<T>
  writeBeside<T>(work: () => T): Promise<T>
  /** Runs synchronous work that is in no transaction, once what was asked for before is written, while nobody writes. */
  between<T>(work: () => T): Promise<T>
  /** True where the statement is one of work that is written beside: then it is put down and not to be run. */
  putDown(sql: string, values: readonly SQLInputValue[]): boolean
  /** Runs synchronous work while no thread has the file, once all that was asked of it is done: the last one to close a file removes its log by its name. What is asked meanwhile is written in the process. */
  withoutThread(work: () => unknown): Promise<void>
  /** Nothing more is taken that the thread would write, or that would wait for it. Gives what is under way, to be waited for before the file is closed; nothing where no thread was needed so far, or none since it has been away. */
  end(): Promise<void> | undefined
}

export interface WritesOptions {
  readonly path: string
  readonly commits: Pick<GroupCommit, 'write'>
  readonly moment: ReadSnapshot
  /** Told of each commit of the thread, while nobody writes. What it gives is waited for before the thread writes again. */
  onCommitted(): Promise<void> | undefined
  /** Gives what to throw for damage that the thread has met, and deals with it. */
  damaged(cause: Error): Error
  /** So many calls of `writeBeside` are written in the process before there is a thread. */
  readonly after: number
}

/** Of a file without a thread: all are written in the process. */
export function createWrites({ commits }: Pick<WritesOptions, 'commits'>): Writes {
  return {
    writesBeside: false,
    isIdle: true,
    write: commits.write,
    writeBeside: commits.write,
    between: async work => work(),
    putDown: () => false,
    withoutThread: async work => void work(),
    end: () => undefined,
  }
}

/**
 * One after the other, beside or not, so that who begins sees what was written before it, and nobody waits for a lock. What the thread has committed is seen from when it says so: until then who reads in the process, with however
 * many statements, sees the file as it was, as what the process knows is of that moment too.
 */
export function createThreadedWrites(beside: WriterThread, { path, commits, moment, onCommitted, damaged, after }: WritesOptions): Writes {
  /** Set while work says what is to be written beside. */
  let script: Script | undefined
  let turn: Promise<unknown> = Promise.resolve()
  let untilReady: Promise<void> | undefined
  /** Counts those for whom the thread has to stay away. */
  let isAway = 0
  let isIdle = true
  let hasEnded = false
  let asked = 0

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (hasEnded) return Promise.reject(new Error(`${path} is closed`))
    isIdle = false
    const done = turn.then(work, work)
    turn = done.catch(() => undefined)
    return done
  }

  async function byThread<T>(work: () => T): Promise<T> {
    await untilReady
    const made: T[] = []
    try {
      await beside.write(opened => {
        script = opened
        try {
          made.push(work())
        } finally {
          script = undefined
        }
        moment.hold()
      })
    } catch (error) {
      if (!beside.isPossible) return commits.write(work)
      // What the work threw itself is its own.
      if (made.length === 0) throw error
      if (isDamage(error)) throw damaged(error as Error)
      throw new Error(`${path}: nothing of this was written: ${(error as Error).message}`, { cause: error })
    } finally {
      moment.letGo()
    }
    untilReady = onCommitted()
    return made[0] as T
  }

  async function withoutThread(work: () => unknown): Promise<void> {
    for (let last: unknown; last !== turn; await last) last = turn
    isAway += 1
    try {
      await beside.stop()
      isIdle = true
      work()
    } finally {
      isAway -= 1
    }
  }

  const write: Writes['write'] = work => (isAway === 0 ? inTurn(() => commits.write(work)) : commits.write(work))

  return {
    get writesBeside() {
      return beside.isPossible
    },
    get isIdle() {
      return isIdle
    },
    write,
    writeBeside(work) {
      asked += 1
      return asked > after && isAway === 0 && beside.isPossible ? inTurn(() => byThread(work)) : write(work)
    },
    between: work =>
      inTurn(async () => {
        await untilReady
        return work()
      }),
    putDown(sql, values) {
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
