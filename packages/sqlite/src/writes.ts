import type { SQLInputValue } from 'node:sqlite'
import type { Beside, Script } from './beside.ts'
import { isDamage } from './damage.ts'
import type { GroupCommit } from './group-commit.ts'

/** The writes of a file that has a thread for them, or none: those of the process, and those beside it. What each promises is said at `SqliteFile`. */
export interface Writes {
  readonly writesBeside: boolean
  write<T>(work: () => T): Promise<T>
  writeBeside<T>(work: () => T): Promise<T>
  /** True where the statement is one of work that is written beside: then it is put down and not to be run. */
  putDown(sql: string, values: readonly SQLInputValue[]): boolean
  /** Runs synchronous work while no thread has the file, once all that was asked of it is done: the last one to close a file removes its log by its name. What is asked meanwhile is written in the process. */
  withoutThread(work: () => unknown): Promise<void>
  /** Nothing more is taken that the thread would write, or that would wait for it. */
  end(): void
}

export interface WritesOptions {
  readonly path: string
  readonly commits: Pick<GroupCommit, 'write'>
  /** Gives what to throw for damage that the thread has met, and deals with it. */
  damaged(cause: Error): Error
}

/** Of a file without a thread: all are written in the process. */
export function createWrites({ commits }: Pick<WritesOptions, 'commits'>): Writes {
  return {
    writesBeside: false,
    write: commits.write,
    writeBeside: commits.write,
    putDown: () => false,
    withoutThread: async work => void work(),
    end: () => undefined,
  }
}

/** One after the other, beside or not, so that who begins sees what was written before it, and nobody waits for a lock. */
export function createWritesBeside(beside: Beside, { path, commits, damaged }: WritesOptions): Writes {
  /** Set while work says what is to be written beside. */
  let script: Script | undefined
  let turn: Promise<unknown> = Promise.resolve()
  /** Counts those for whom the thread has to stay away. */
  let isAway = 0
  let hasEnded = false

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (hasEnded) return Promise.reject(new Error(`${path} is closed`))
    const done = turn.then(work, work)
    turn = done.catch(() => undefined)
    return done
  }

  async function byThread<T>(work: () => T): Promise<T> {
    const made: T[] = []
    try {
      await beside.write(opened => {
        script = opened
        try {
          made.push(work())
        } finally {
          script = undefined
        }
      })
    } catch (error) {
      if (!beside.isPossible) return commits.write(work)
      // What the work threw itself is its own.
      if (made.length === 0) throw error
      if (isDamage(error)) throw damaged(error as Error)
      throw new Error(`${path}: nothing of this was written: ${(error as Error).message}`, { cause: error })
    }
    return made[0] as T
  }

  const write: Writes['write'] = work => (isAway === 0 ? inTurn(() => commits.write(work)) : commits.write(work))

  return {
    get writesBeside() {
      return beside.isPossible
    },
    write,
    writeBeside: work => (isAway === 0 && beside.isPossible ? inTurn(() => byThread(work)) : write(work)),
    putDown(sql, values) {
      script?.run(sql, values)
      return script !== undefined
    },
    async withoutThread(work) {
      for (let last: unknown; last !== turn; await last) last = turn
      isAway += 1
      try {
        await beside.stop()
        work()
      } finally {
        isAway -= 1
      }
    },
    end() {
      hasEnded = true
    },
  }
}
