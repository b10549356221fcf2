import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** A process of this machine, as Linux reports it. */
export interface RunningProcess {
  readonly pid: number
  /** Its arguments, separated by spaces. */
  readonly command: string
}

/**
 * Processes that name a folder in their environment or command, or have it as working directory; without this process.
 * Only Linux reports them: elsewhere the list is empty. The working directory counts because Redis overwrites its
 * environment with its title.
 */
export function processesUnder(folder: string): RunningProcess[] {
  if (process.platform !== 'linux') return []
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap(name => {
      const command = read(() => readFileSync(`/proc/${name}/cmdline`, 'utf8'))
      const environment = read(() => readFileSync(`/proc/${name}/environ`, 'latin1'))
      const directory = read(() => readlinkSync(`/proc/${name}/cwd`))
      if (![command, environment, directory].some(text => text.includes(folder))) return []
      return [{ pid: Number(name), command: command.replaceAll('\0', ' ').trim() }]
    })
}

/** Empty where the process has ended or belongs to another user. */
function read(text: () => string): string {
  try {
    return text()
  } catch {
    return ''
  }
}

const looksEveryMs = 50

/** Waits until no process uses a folder. Kills those that are left after this time and returns them. */
export async function endProcessesUnder(folder: string, withinMs: number): Promise<RunningProcess[]> {
  const until = performance.now() + withinMs
  for (let left = processesUnder(folder); left.length > 0; left = processesUnder(folder)) {
    if (performance.now() > until) {
      for (const { pid } of left) kill(pid)
      return left
    }
    await pause(looksEveryMs)
  }
  return []
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // The process has ended.
  }
}
