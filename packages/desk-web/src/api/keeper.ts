import { createAllowance } from './allowance.ts'

/**
 * A member role may send 100 requests a second by default. A reader uses two of them under load, and four after a quiet
 * time, so that a single fact shows at once.
 */
const limits = { perSecond: 2, most: 4 } as const

export interface Keeper {
  /** Signals that there is something new. */
  wake(): void
  stop(): void
}

/**
 * Fetches shown data again: at once, or at the rate of the allowance if it is woken without end. Never twice at a time,
 * because the second would abort the first, which on a slow line would never finish.
 * @param ask returns its cost in requests. A failed one costs one.
 */
export function createKeeper(ask: () => Promise<number>): Keeper {
  const allowance = createAllowance(limits, performance.now())
  let timer: ReturnType<typeof setTimeout> | undefined
  let isAsking = false
  let isWanted = false
  let isStopped = false

  async function run(): Promise<void> {
    timer = undefined
    isWanted = false
    isAsking = true
    const cost = await ask().catch(() => 1)
    isAsking = false
    allowance.spend(cost, performance.now())
    plan()
  }
  function plan(): void {
    if (isWanted && !isStopped && !isAsking && timer === undefined)
      timer = setTimeout(() => void run(), allowance.waitMs(performance.now()))
  }
  return {
    wake() {
      isWanted = true
      plan()
    },
    stop() {
      isStopped = true
      clearTimeout(timer)
    },
  }
}
