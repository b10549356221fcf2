import type { SQLInputValue } from 'node:sqlite'
import { Worker } from 'node:worker_threads'
import type { ScriptRequest, ScriptResult, WriterThreadData } from './threads.ts'

/** What a piece of work would have written. */
export interface Script {
  run(sql: string, values: readonly SQLInputValue[]): void
}

/** Writes one file in a thread beside the work. */
export interface WriterThread {
  /** Whether a thread could be begun so far. */
  readonly isPossible: boolean
  /** Rejects with the error of SQLite, its `errcode` included, and where the thread has ended; nothing of it is written then. */
  write(fill: (script: Script) => void): Promise<void>
  /** Ends the thread, which lets go of the file, once what is under way is done. The next write begins another. */
  stop(): Promise<void>
}

interface Thread {
  readonly worker: Worker
  /** Numbers of the statements that it knows. */
  readonly numbers: Map<string, number>
  readonly waiting: Map<number, PromiseWithResolvers<void>>
  hasAnswered: boolean
}

export function createWriterThread(data: WriterThreadData): WriterThread {
  const { path } = data
  let thread: Thread | undefined
  let isPossible = true
  let asked = 0

  function begin(): Thread {
    const worker = new Worker(new URL('./writer-thread-main.js', import.meta.url), {
      name: 'writes',
      workerData: data,
      // A profile that is made of this process is not made of this thread.
      execArgv: [],
      // What it holds is the script of the moment, which weighs what somebody wants to write; no bound of its own could be met by that.
      resourceLimits: { maxYoungGenerationSizeMb: 16, stackSizeMb: 1 },
    })
    const begun: Thread = { worker, numbers: new Map(), waiting: new Map(), hasAnswered: false }
    worker.unref()
    worker.on('message', (done: ScriptResult) => settle(begun, done))
    worker.on('error', error => end(begun, error))
    worker.on('exit', () => end(begun, new Error(`the thread that writes ${path} has ended`)))
    return begun
  }

  function settle(of: Thread, { id, fault }: ScriptResult): void {
    const { worker, waiting } = of
    of.hasAnswered = true
    const written = waiting.get(id)
    waiting.delete(id)
    // A process that has nothing else to do may end, and not before somebody has his answer.
    if (waiting.size === 0) worker.unref()
    if (fault) {
      // Which statements it knows is not sure any more: the next write begins another.
      if (thread === of) thread = undefined
      worker.postMessage('close')
      written?.reject(Object.assign(new Error(fault.message), { errcode: fault.code }))
    } else written?.resolve()
  }

  function end(ended: Thread, error: Error): void {
    if (thread === ended) thread = undefined
    // One that ends as it begins would end again and again.
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
        thread ??= begin()
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
      const id = ++asked
      const written = Promise.withResolvers<void>()
      waiting.set(id, written)
      worker.ref()
      worker.postMessage({ id, statements: [...fresh.keys()], runs } satisfies ScriptRequest)
      await written.promise
    },
    async stop() {
      const ending = thread
      thread = undefined
      if (!ending) return
      const ended = new Promise(resolve => ending.worker.once('exit', resolve))
      ending.worker.ref()
      ending.worker.postMessage('close')
      await ended
    },
  }
}
