import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createWriteStream, existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { startArguments } from '@holdfast/test-kit/start-arguments'
import { startProcess } from '@holdfast/test-kit/start-process'
import { compiledFolder } from './compiled-folder.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** Which version of the engine a service is of, and what it is told beside its settings. */
export interface StartedAs {
  /** Where its sources are; this tree by default. */
  readonly tree?: string
  readonly env?: Readonly<Record<string, string>>
}

/** One service as a process of its own, as an operator would run it. */
export interface ServiceProcess {
  readonly name: string
  readonly url: string
  readonly pid: number | undefined
  /** Of a process that has ended by itself: 0 where it ended in order. */
  readonly exitCode: number | null | undefined
  /** Sends a signal; after SIGKILL or SIGTERM it resolves when the process has gone. */
  kill(signal: NodeJS.Signals): Promise<void>
  /** Starts it, or starts it again, as this version or another; resolves when it answers. */
  start(as?: StartedAs): Promise<void>
  /** The resident memory of the process in bytes. */
  memoryBytes(): number
}

/** A machine with as many processes as a cluster has takes its time. */
const startsWithinMs = 90_000
const looksEveryMs = 50

export function createServiceProcess(name: string, port: number, env: Record<string, string>, logFile: string): ServiceProcess {
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined
  /** Resolves once it has gone and all that it said is in the file. */
  let gone: Promise<unknown> | undefined

  async function answers(): Promise<boolean> {
    try {
      return (await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(1000) })).ok
    } catch {
      return false
    }
  }

  return {
    name,
    url,
    get pid() {
      return child?.pid
    },
    get exitCode() {
      return child?.exitCode
    },
    async kill(signal) {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      child.kill(signal)
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone
    },
    async start({ tree = root, env: told = {} } = {}) {
      const started = startProcess(process.execPath, [...startArguments(name), `services/${name}/src/main.ts`], {
        cwd: tree,
        env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiledFolder, ...env, ...told, HOLDFAST_PORT: `${port}` },
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      const saidBefore = existsSync(logFile) ? statSync(logFile).size : 0
      const endOfLog = () => readFileSync(logFile).subarray(saidBefore).toString().slice(-2000)
      const log = createWriteStream(logFile, { flags: 'a' })
      started.stderr.pipe(log)
      child = started
      gone = Promise.all([once(started, 'close'), once(log, 'close')])
      const until = performance.now() + startsWithinMs
      while (!(await answers())) {
        if (started.exitCode !== null) {
          await gone
          throw new Error(`${name} ended with ${started.exitCode}: ${endOfLog()}`)
        }
        if (performance.now() > until) throw new Error(`${name} does not answer: ${endOfLog()}`)
        await new Promise(resolve => setTimeout(resolve, looksEveryMs))
      }
    },
    memoryBytes() {
      const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child?.pid}/status`, 'utf8'))?.[1]
      return Number(kilobytes) * 1024
    },
  }
}
