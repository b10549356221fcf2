import type { ServiceProcess } from '@holdfast/test-kit/service-process'

/** The memory of a process after a garbage collection. */
export interface CollectedMemory {
  /** The heap of the main thread, and its buffers outside the heap. */
  readonly heapBytes: number
  /** Resident memory of the process, with all its threads. */
  readonly residentBytes: number
}

const opensWithinMs = 10_000

/** SIGUSR1 opens the inspector late, so that nothing watches the process while it works. Throws after ten seconds. */
async function inspectorOf(pid: number, port: number): Promise<string> {
  process.kill(pid, 'SIGUSR1')
  const until = performance.now() + opensWithinMs
  for (;;) {
    try {
      const [target] = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as { readonly webSocketDebuggerUrl: string }[]
      if (target) return target.webSocketDebuggerUrl
    } catch (error) {
      if (performance.now() > until) throw new Error(`process ${pid} does not open its inspector at ${port}`, { cause: error })
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

interface Answer {
  readonly id: number
  readonly result?: Readonly<Record<string, number>>
  readonly error?: { readonly message: string }
}

/** Calls the methods one after the other. Resolves with the last result. */
async function callInTurn(url: string, methods: readonly string[]): Promise<Readonly<Record<string, number>>> {
  const socket = new WebSocket(url)
  try {
    return await new Promise((resolve, reject) => {
      const call = (id: number) => socket.send(JSON.stringify({ id, method: methods[id] }))
      socket.addEventListener('open', () => call(0))
      socket.addEventListener('error', () => reject(new Error(`the inspector at ${url} has gone`)))
      socket.addEventListener('message', ({ data }) => {
        const { id, result, error } = JSON.parse(`${data}`) as Answer
        if (error) reject(new Error(`${methods[id]}: ${error.message}`))
        else if (id === methods.length - 1) resolve(result ?? {})
        else if (id !== undefined) call(id + 1)
      })
    })
  } finally {
    socket.close()
  }
}

/**
 * Without a collection, resident memory differs by tens of megabytes from run to run.
 * Collects three times, because finalisers release memory only then.
 * The process must have been started with `inspectorPort` in its settings.
 */
export async function memoryOnceCollected(service: ServiceProcess, port: number): Promise<CollectedMemory> {
  if (service.pid === undefined) throw new Error(`${service.name} is not running`)
  const collect = 'HeapProfiler.collectGarbage'
  const usage = await callInTurn(await inspectorOf(service.pid, port), [collect, collect, collect, 'Runtime.getHeapUsage'])
  const { usedSize = Number.NaN, backingStorageSize = 0 } = usage
  return { heapBytes: usedSize + backingStorageSize, residentBytes: service.memoryBytes() }
}

/** The setting that makes a process open its inspector at this port on SIGUSR1. */
export const inspectorPort = (port: number): Readonly<Record<string, string>> => ({ NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` })
