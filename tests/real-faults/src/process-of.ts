import type { ServiceProcess } from '@holdfast/test-kit/service-process'
import type { SiteProcess } from './site.ts'

/** A process of the engine by its name in the run, which knows whether it should be running. */
export function processOf(name: string, each: ServiceProcess, start: SiteProcess['start']): SiteProcess {
  let shouldRun = true
  return {
    name,
    service: each.name,
    url: each.url,
    get pid() {
      return each.pid
    },
    async kill(signal) {
      if (signal === 'SIGKILL' || signal === 'SIGTERM') shouldRun = false
      await each.kill(signal)
    },
    async start(env) {
      await start(env)
      shouldRun = true
    },
    hasEndedByItself: () => shouldRun && !isThere(each.pid),
    isRunning: () => isThere(each.pid),
  }
}

export function isThere(pid: number | undefined): boolean {
  if (pid === undefined) return false
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
