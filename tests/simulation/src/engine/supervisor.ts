import type { SimulatedProcess } from './process.ts'

/** A process that is not up by then is killed and restarted. */
const patienceMs = 20_000

export interface Supervisor {
  /** Kills it and restarts it after this time. */
  restart(process: SimulatedProcess, afterMs: number): void
}

/** Starts and restarts processes, each at most once at a time. */
export function createSupervisor(): Supervisor {
  const waiting = new Map<SimulatedProcess, NodeJS.Timeout>()

  function restart(process: SimulatedProcess, afterMs: number): void {
    clearTimeout(waiting.get(process))
    process.crash()
    waiting.set(
      process,
      setTimeout(() => void begin(process), afterMs),
    )
  }

  async function begin(process: SimulatedProcess): Promise<void> {
    const late = setTimeout(() => restart(process, 0), patienceMs)
    waiting.set(process, late)
    try {
      await process.start()
      clearTimeout(late)
    } catch {
      if (waiting.get(process) === late) restart(process, 1_000)
    }
  }

  return { restart }
}
