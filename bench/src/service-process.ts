import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startArguments } from '@holdfast/test-kit/start-arguments'
import { startProcess } from '@holdfast/test-kit/start-process'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** One service as a process of its own. */
export interface ServiceProcess {
  readonly pid: number
  stop(): Promise<void>
}

export interface ServiceProcessOptions {
  readonly name: string
  readonly port: number
  readonly env: Readonly<Record<string, string>>
  readonly logFile: string
  readonly nodeArguments: readonly string[]
}

const startsWithinMs = 30_000
const stopsWithinMs = 12_000

/** Starts a service as an operator would, and resolves when it answers. Throws with the end of its log when it does not. */
export async function startServiceProcess({ name, port, env, logFile, nodeArguments }: ServiceProcessOptions): Promise<ServiceProcess> {
  const log = openSync(logFile, 'a')
  const child = startProcess(process.execPath, [...startArguments(name), ...nodeArguments, `services/${name}/src/main.ts`], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env, HOLDFAST_PORT: `${port}` },
    stdio: ['ignore', log, log],
  })
  const kill = (): void => void child.kill('SIGKILL')
  const until = performance.now() + startsWithinMs
  while (!(await answers(port))) {
    if (hasEnded(child) || performance.now() > until) {
      kill()
      throw new Error(`${name} does not start: ${readFileSync(logFile, 'utf8').slice(-2000)}`)
    }
    await pause(50)
  }
  return {
    pid: child.pid ?? 0,
    async stop() {
      if (hasEnded(child)) return
      const gone = once(child, 'exit')
      child.kill('SIGTERM')
      const tooLong = setTimeout(kill, stopsWithinMs)
      await gone
      clearTimeout(tooLong)
    },
  }
}

const hasEnded = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

async function answers(port: number): Promise<boolean> {
  try {
    return (await fetch(`http://127.0.0.1:${port}/health/live`, { signal: AbortSignal.timeout(1000) })).ok
  } catch {
    return false
  }
}
