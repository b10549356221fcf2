import type { SQLInputValue } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { ScriptRequest, ScriptResult, WriterThreadData } from './threads.ts'

/** Collects the statements of a write. */
export interface Script {
  run(sql: string, values: readonly SQLInputValue[]): void
}

/** Writes one file on a worker thread. */
export interface WriterThread {
  /** False once a thread failed to start. */
  readonly isPossible: boolean
  /** Rejects with SQLite's error and `errcode`, or if the thread has ended. Nothing is written then. */
  write(fill: (script: Script) => void): Promise<void>
  /** Ends the thread after its current write, which releases the file. The next write starts a new one. */
  stop(): Promise<void>
}

interface Thread {
  readonly worker: Worker
  /** Numbers of the statements that the thread knows. */
  readonly numbers: Map<string, number>
  readonly waiting: Map<number, PromiseWithResolvers<void>>
  hasAnswered: boolean
}

export function createWriterThread(data: WriterThreadData): WriterThread {
  const { path } = data
  let thread: Thread | undefined
  let isPossible = true
  let lastId = 0

  function start(): Thread {
    const worker = new Worker(new URL('./writer-thread-main.js', import.meta.url), {
      name: 'writes',
      workerData: data,
      // Profiling flags of the process do not apply to this thread.
      execArgv: [],
      // It holds only the current script, whose size depends on the write, so its heap has no limit of its own.
      resourceLimits: { maxYoungGenerationSizeMb: 16, stackSizeMb: 1 },
    })
    const started: Thread = { worker, numbers: new Map(), waiting: new Map(), hasAnswered: false }
    worker.unref()
    worker.on('message', (done: ScriptResult) => settle(started, done))
    worker.on('error', error => end(started, error))
    worker.on('exit', () => end(started, new Error(`the writer thread of ${path} has ended`)))
    return started
  }

  function settle(of: Thread, { id, fault }: ScriptResult): void {
    const { worker, waiting } = of
    of.hasAnswered = true
    const written = waiting.get(id)
    waiting.delete(id)
    // Let an idle process exit, but only after every caller has its answer.
    if (waiting.size === 0) worker.unref()
    if (fault) {
      // The thread's known statements are uncertain now, so the next write starts a new one.
      if (thread === of) thread = undefined
      worker.postMessage('close')
      written?.reject(Object.assign(new Error(fault.message), { errcode: fault.code }))
    } else written?.resolve()
  }

  function end(ended: Thread, error: Error): void {
    if (thread === ended) thread = undefined
    // A thread that ends at its start would end every time.
    if (!ended.hasAnswered && ended.waiting.size > 0) isPossible = false
    for (const written of ended.waiting.values()) written.reject(error)
    ended.waiting.clear()
  }

  return {
    get isPossible() {
      return isPossible
    },
    async write(fill) {
      try {
        thread ??= start()
      } catch (error) {
        isPossible = false
        throw error
      }
      const { worker, numbers, waiting } = thread
      const fresh = new Map<string, number>()
      const runs: SQLInputValue[] = []
      fill({
        run(sql, values) {
          const number = numbers.get(sql) ?? fresh.get(sql) ?? numbers.size + fresh.size
          if (number >= numbers.size) fresh.set(sql, number)
          runs.push(number, values.length, ...values)
        },
      })
      if (runs.length === 0) return
      for (const [sql, number] of fresh) numbers.set(sql, number)
      const id = ++lastId
      const written = Promise.withResolvers<void>()
      waiting.set(id, written)
      worker.ref()
      worker.postMessage({ id, statements: [...fresh.keys()], runs } satisfies ScriptRequest)
      await written.promise
    },
    async stop() {
      const stopping = thread
      thread = undefined
      if (!stopping) return
      const ended = new Promise(resolve => stopping.worker.once('exit', resolve))
      stopping.worker.ref()
      stopping.worker.postMessage('close')
      await ended
    },
  }
}
