import { createAllowance } from './allowance.ts'

/** A side of a member has 100 requests a second by default. A reader takes two of them however many facts come, and four where it was quiet before, so that the fact of a quiet hour is seen at once. */
const limits = { perSecond: 2, most: 4 } as const

export interface Keeper {
  /** There is something new. */
  wake(): void
  stop(): void
}

/**
 * Asks again for what is shown: at once, and where it is woken without end as often as the allowance lets it. Never twice at a time, as the second would end the first, which on a slow line would never come.
 * @param ask gives what it has cost, in requests. One that fails has cost one.
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
