import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

/** The record of what `infra:up` started, with logs and data; not part of the repository. */
export const stateFolder = fileURLToPath(new URL('.run/', import.meta.url))
const stateFile = join(stateFolder, 'servers.json')

export interface ServerProcess {
  readonly port: number
  readonly pid: number
  /** Identifies the process of this pid, because the machine reuses pids. */
  readonly birth: string
}

export interface State {
  readonly way: 'docker' | 'native'
  readonly kafka?: ServerProcess
  readonly redis?: ServerProcess
}

/** The record of an earlier `infra:up`, or undefined. */
export function readState(): State | undefined {
  try {
    return JSON.parse(readFileSync(stateFile, 'utf8')) as State
  } catch {
    return undefined
  }
}

/** Readable by its user only: the topics contain members' data, and the engine's secret is stored here too. */
export function makeStateFolder(): void {
  mkdirSync(stateFolder, { recursive: true })
  // Also a folder that an earlier infra:up, or the building of images, left readable.
  chmodSync(stateFolder, 0o700)
}

export function writeState(state: State): void {
  makeStateFolder()
  writeFileSync(stateFile, `${JSON.stringify(state, null, 2)}\n`)
}

export function forgetState(): void {
  rmSync(stateFile, { force: true })
}

/**
 * When the process started, in a form that no later process of the same pid shares; undefined without such a process.
 */
export function birthOf(pid: number): string | undefined {
  try {
    if (process.platform !== 'linux') return execFileSync('ps', ['-o', 'lstart=', '-p', `${pid}`], { encoding: 'utf8' }).trim()
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The second field is the program's name and can contain any character; after it come the state and, 19 fields on,
    // the start in clock ticks.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : `${boot}:${fields[18]}`
  } catch {
    return undefined
  }
}

export const isRunning = (server: ServerProcess | undefined): server is ServerProcess =>
  server !== undefined && birthOf(server.pid) === server.birth

/**
 * Stops the process, if it still is the one that was started: in order within 20 s, else by a kill. Returns whether
 * there was one.
 */
export async function end(server: ServerProcess | undefined): Promise<boolean> {
  if (!isRunning(server)) return false
  process.kill(server.pid, 'SIGTERM')
  const deadline = Date.now() + 20_000
  while (isRunning(server) && Date.now() < deadline) await pause(100)
  if (isRunning(server)) process.kill(server.pid, 'SIGKILL')
  return true
}
