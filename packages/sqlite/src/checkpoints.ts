import { closeSync, openSync, readSync } from 'node:fs'
import { Worker } from 'node:worker_threads'
import type { CheckpointRequest, CheckpointResult } from './threads.ts'

/** Copies a write-ahead log into its database (a checkpoint) on a worker thread. */
export interface Checkpoints {
  /**
   * Call it right after each commit, while no transaction is open. Returns the checkpoint in progress. The log stays
   * shortest if nothing is written until it ends.
   */
  committed(): Promise<void> | undefined
  /** Resolves once the log has few uncopied pages left. */
  checkpoint(): Promise<void>
  /**
   * Starts nothing from here on. Returns the checkpoint in progress, to be awaited before the file is closed: the last
   * one to close it deletes its log by name.
   */
  stop(): Promise<void> | undefined
  /** Releases its descriptor; call it after the file is closed. */
  close(): void
}

/**
 * Checkpoint beyond this many pages (32 MiB). With more, pages that are written repeatedly are copied only once. A
 * start reads at most this much.
 */
const pagesMax = 4_000
/**
 * This few pages are copied by the writing process, in about 2 ms. While more arrive, the thread runs another round.
 */
const leftMax = 250
const roundsMax = 5

/**
 * `finish` copies the rest synchronously. Only the writer can be sure that nothing arrives meanwhile, and the log
 * restarts only once all of it is in the database.
 */
export function createCheckpoints(path: string, { finish }: { finish(): void }): Checkpoints {
  const logSize = openLogSize(path)
  let inProgress: Promise<void> | undefined
  let needsFinish = false
  let isStopped = false
  /** The next threshold. It is higher if the log could not restart, because a reader still uses it. */
  let atPages = pagesMax

  async function checkpoint(): Promise<void> {
    let left = Number.POSITIVE_INFINITY
    for (let round = 0; left > leftMax && round < roundsMax && !isStopped; round++) {
      const { copied } = await askThread(path)
      if (copied === undefined) break
      // The thread has not seen what was written meanwhile.
      left = logSize.pages() - copied
    }
    needsFinish = left > 0
  }

  function checkSize(): void {
    const pages = logSize.pages()
    if (pages < pagesMax) atPages = pagesMax
    if (pages < atPages) return
    atPages = pages + pagesMax / 4
    startCheckpoint()
  }

  function startCheckpoint(): void {
    inProgress = checkpoint()
      .catch(() => {
        // No thread can start, so the writer does it.
        needsFinish = true
      })
      .finally(() => {
        inProgress = undefined
      })
  }

  return {
    async checkpoint() {
      if (!inProgress && !isStopped && logSize.pages() > leftMax) startCheckpoint()
      await inProgress
    },
    committed() {
      if (isStopped || inProgress) return inProgress
      if (!needsFinish) {
        checkSize()
        return inProgress
      }
      needsFinish = false
      try {
        finish()
      } catch {
        // A statement has not been read to its end, or the disk is full, which the commits report. Retried after more
        // writes.
      }
    },
    stop() {
      isStopped = true
      return inProgress
    },
    close() {
      isStopped = true
      logSize.close()
    },
  }
}

interface LogSize {
  /** All frames in the log, copied or not. */
  pages(): number
  close(): void
}

/**
 * The header of the log's index has the number of frames: `mxFrame`, 4 bytes in native byte order (SQLite, *WAL-mode
 * File Format*, 2.1).
 */
const framesAt = 16

function openLogSize(path: string): LogSize {
  // Closing any descriptor of this file would release SQLite's locks on it, so it stays open as long as the database.
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

/** One thread for all files of this process, started on first use. */
const askThread = (path: string): Promise<CheckpointResult> => {
  thread ??= startThread()
  return thread.ask(path)
}

function startThread(): Thread {
  const worker = new Worker(new URL('./checkpoint-thread.js', import.meta.url), {
    name: 'checkpoints',
    // Profiling flags of the process do not apply to this thread.
    execArgv: [],
    // It needs little heap; without a limit V8 reserves more.
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 4, stackSizeMb: 1 },
  })
  const waiting = new Map<number, (done: CheckpointResult) => void>()
  let lastId = 0

  function answer(done: CheckpointResult): void {
    const resolve = waiting.get(done.id)
    waiting.delete(done.id)
    // Let an idle process exit, but only after every caller has its answer.
    if (waiting.size === 0) worker.unref()
    resolve?.(done)
  }

  worker.unref()
  worker.on('message', answer)
  worker.on('error', () => {
    thread = undefined
    for (const id of [...waiting.keys()]) answer({ id, copied: undefined })
  })
  return {
    ask(path) {
      worker.ref()
      const id = ++lastId
      const { promise, resolve } = Promise.withResolvers<CheckpointResult>()
      waiting.set(id, resolve)
      worker.postMessage({ id, path } satisfies CheckpointRequest)
      return promise
    },
  }
}
