import type { Kind } from '../kind.ts'
import type { SiteProcess } from '../site.ts'
import { pause } from '../world.ts'

/** Stops a process as an operator would, and kills it after this time, when it hangs. */
const orderlyMs = 30_000

async function endOrderly(process: SiteProcess): Promise<void> {
  const late = setTimeout(() => void process.kill('SIGKILL'), orderlyMs)
  await process.kill('SIGTERM')
  clearTimeout(late)
}

const doneWithinMs = 60_000

/**
 * Retries as a supervisor does, for example on a full disk. Throws the last error at the end, and a `hopeless` one at
 * once.
 */
export async function patiently(work: () => Promise<void> | void, hopeless: (error: Error) => boolean = () => false): Promise<void> {
  for (const untilMs = Date.now() + doneWithinMs; ; await pause(1_000)) {
    try {
      return await work()
    } catch (error) {
      if (hopeless(error as Error) || Date.now() > untilMs) throw error
    }
  }
}

interface Patience {
  readonly hopeless?: (error: Error) => boolean
  readonly env?: Readonly<Record<string, string>>
}

export const startPatiently = (process: Pick<SiteProcess, 'start'>, { hopeless, env }: Patience = {}): Promise<void> =>
  patiently(() => process.start(env), hopeless)

export const kill: Kind = {
  name: 'kill',
  engine: 'both',
  what: 'a process is killed and restarted a moment later',
  needs: 'processes',
  mayRepeat: true,
  async happen({ processes }, chance) {
    const victim = chance.pick(processes)
    await victim.kill('SIGKILL')
    return { whom: victim.name, lastsMs: chance.between(100, 4_000), end: () => startPatiently(victim) }
  },
}

export const sleep: Kind = {
  name: 'sleep',
  engine: 'both',
  what: 'a process is paused for longer than its session of 6 s, and continues while others own its partitions',
  needs: 'processes',
  mayRepeat: true,
  async happen({ processes }, chance) {
    const victim = chance.pick(processes)
    await victim.kill('SIGSTOP')
    return { whom: victim.name, lastsMs: chance.between(6_500, 10_000), end: () => victim.kill('SIGCONT') }
  },
}

export const rolling: Kind = {
  name: 'rolling',
  engine: 'both',
  what: 'the processes of a service are stopped and restarted one after the other',
  needs: 'processes',
  mayRepeat: false,
  async happen({ processes }, chance) {
    const { service } = chance.pick(processes)
    const [first, ...others] = processes.filter(each => each.service === service) as [SiteProcess, ...SiteProcess[]]
    await endOrderly(first)
    return {
      whom: service,
      lastsMs: 0,
      async end() {
        await startPatiently(first)
        for (const each of others) {
          await endOrderly(each)
          await startPatiently(each)
        }
      },
    }
  },
}
