import { closeSync, openSync, readSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { CheckpointRequest, CheckpointResult } from './threads.ts'

/** Brings what lies in a write-ahead log into its database, in a thread beside the work. */
export interface Checkpoints {
  /** To be called right after each commit, while no transaction is open. Gives what is under way then: the log is shortest where nothing is written until it ends. */
  committed(): Promise<void> | undefined
  /** Resolves once few pages are left in the log that are not in the database. */
  fold(): Promise<void>
  /** Nothing begins from here on. Gives what is under way, to be waited for before the file is closed: the last one to close it removes its log by its name. */
  stop(): Promise<void> | undefined
  /** Lets go of what it holds; to be called once the file is closed. */
  letGo(): void
}

/** Beyond so many pages (32 MiB) the log is folded back. The more there are, the more often one page has been written again meanwhile, and is copied once; a start reads at most that. */
const pagesMax = 4_000
/** So few pages are copied at once by who writes: some 2 ms. While more come in than that, the thread goes round again. */
const leftMax = 250
const roundsMax = 5

/**
 * `finish` copies what is left, within the turn: only who writes can be sure that nothing comes in meanwhile, and a log is begun from its start once all of it is in the database.
 */
export function createCheckpoints(path: string, { finish }: { finish(): void }): Checkpoints {
  const logSize = openLogSize(path)
  let underWay: Promise<void> | undefined
  let isToBeFinished = false
  let isStopped = false
  /** Where the next one begins: later, where a log did not begin anew after the last one, as somebody still reads what lies in it. */
  let atPages = pagesMax

  async function fold(): Promise<void> {
    let left = Number.POSITIVE_INFINITY
    for (let round = 0; left > leftMax && round < roundsMax && !isStopped; round++) {
      const { folded } = await askThread(path)
      if (folded === undefined) break
      // What was written meanwhile is not in what the thread has seen.
      left = logSize.pages() - folded
    }
    isToBeFinished = left > 0
  }

  function look(): void {
    const pages = logSize.pages()
    if (pages < pagesMax) atPages = pagesMax
    if (pages < atPages) return
    atPages = pages + pagesMax / 4
    beginFolding()
  }

  function beginFolding(): void {
    underWay = fold()
      .catch(() => {
        // No thread can be begun: who writes does it.
        isToBeFinished = true
      })
      .finally(() => {
        underWay = undefined
      })
  }

  return {
    async fold() {
      if (!underWay && !isStopped && logSize.pages() > leftMax) beginFolding()
      await underWay
    },
    committed() {
      if (isStopped || underWay) return underWay
      if (!isToBeFinished) {
        look()
        return underWay
      }
      isToBeFinished = false
      try {
        finish()
      } catch {
        // A statement has not been read to its end, or the disk is full, which the commits say: it is tried again once more has come.
      }
    },
    stop() {
      isStopped = true
      return underWay
    },
    letGo() {
      isStopped = true
      logSize.close()
    },
  }
}

interface LogSize {
  /** In the log now, folded back or not. */
  pages(): number
  close(): void
}

/** The index of a write-ahead log says in its header how many frames there are: `mxFrame`, 4 bytes of the machine's own order (SQLite, *WAL-mode File Format*, 2.1). */
const framesAt = 16

function openLogSize(path: string): LogSize {
  // SQLite holds locks on this one, which would go with any descriptor of this process that is closed: it stays open for as long as the database does.
  let index: number | undefined = openSync(`${path}-shm`, 'r')
  const frames = new Uint32Array(1)
  return {
    pages() {
      if (index === undefined) return 0
      readSync(index, frames, 0, 4, framesAt)
      return frames[0] ?? 0
    },
    close() {
      if (index !== undefined) closeSync(index)
      index = undefined
    },
  }
}

interface Thread {
  ask(path: string): Promise<CheckpointResult>
}

let thread: Thread | undefined

/** One thread for all files of this process, begun when it is needed first. */
const askThread = (path: string): Promise<CheckpointResult> => {
  thread ??= startThread()
  return thread.ask(path)
}

function startThread(): Thread {
  const worker = new Worker(new URL('./checkpoint-thread.js', import.meta.url), {
    name: 'checkpoints',
    // A profile that is made of this process is not made of this thread.
    execArgv: [],
    // It holds no objects to speak of: without a bound V8 makes room for many.
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 },
  })
  const waiting = new Map<number, (done: CheckpointResult) => void>()
  let asked = 0

  function answer(done: CheckpointResult): void {
    const resolve = waiting.get(done.id)
    waiting.delete(done.id)
    // A process that has nothing else to do may end, and not before somebody has his answer.
    if (waiting.size === 0) worker.unref()
    resolve?.(done)
  }

  worker.unref()
  worker.on('message', answer)
  worker.on('error', () => {
    thread = undefined
    for (const id of [...waiting.keys()]) answer({ id, folded: undefined })
  })
  return {
    ask(path) {
      worker.ref()
      const id = ++asked
      const { promise, resolve } = Promise.withResolvers<CheckpointResult>()
      waiting.set(id, resolve)
      worker.postMessage({ id, path } satisfies CheckpointRequest)
      return promise
    },
  }
}
