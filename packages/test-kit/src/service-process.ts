import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, existsSync, openSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { compiledFolder } from './compiled-folder.ts'
import type { Settings } from './engine.ts'
import { freePort, waitUntil } from './ports.ts'
import { startArguments } from './start-arguments.ts'
import { startProcess } from './start-process.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Which version of the engine a service is of, and its additional environment. */
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

export interface ServiceProcessOptions {
  readonly env: Settings
  /** Its log is added to this file. Default: nowhere. */
  readonly logFile?: string
  /** In addition to those that an operator gives it. */
  readonly nodeArguments?: readonly string[]
}

/** A machine with as many processes as a cluster has takes its time. */
const startsWithinMs = 90_000

/** Gives a service a port of its own. It is not started. */
export async function createServiceProcess(
  name: string,
  { env, logFile = '/dev/null', nodeArguments = [] }: ServiceProcessOptions,
): Promise<ServiceProcess> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let child: ChildProcess | undefined

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
      const gone = once(child, 'exit')
      child.kill(signal)
      if (signal === 'SIGKILL' || signal === 'SIGTERM') await gone
    },
    async start({ tree = root, env: told = {} } = {}) {
      const saidBefore = existsSync(logFile) ? statSync(logFile).size : 0
      const endOfLog = () => readFileSync(logFile).subarray(saidBefore).toString().slice(-2000)
      const log = openSync(logFile, 'a')
      const started = startProcess(process.execPath, [...startArguments(name), ...nodeArguments, `services/${name}/src/main.ts`], {
        cwd: tree,
        env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: compiledFolder, ...env, ...told, HOLDFAST_PORT: `${port}` },
        stdio: ['ignore', 'ignore', log],
      })
      closeSync(log)
      child = started
      await waitUntil(
        answers,
        startsWithinMs,
        () => `${name} does not answer: ${endOfLog()}`,
        () => (started.exitCode === null ? undefined : `${name} ended with ${started.exitCode}: ${endOfLog()}`),
      )
    },
    memoryBytes() {
      const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child?.pid}/status`, 'utf8'))?.[1]
      return Number(kilobytes) * 1024
    },
  }
}
