import type { Chance } from './chance.ts'

/** What may go wrong, and how often: a share of all calls, or how many times an hour of the run. */
export interface FaultRates {
  /** A call fails, and nothing is done. */
  readonly failing: number
  /** A call is done, and whoever called is told that it failed. */
  readonly answerLost: number
  /** A call takes as long as a slow disk or a broker that elects. */
  readonly slow: number
  readonly crashesPerHour: number
  readonly expulsionsPerHour: number
  readonly flushesPerHour: number
  readonly rewindsPerHour: number
}

export const noFaults: FaultRates = {
  failing: 0,
  answerLost: 0,
  slow: 0,
  crashesPerHour: 0,
  expulsionsPerHour: 0,
  flushesPerHour: 0,
  rewindsPerHour: 0,
}

/** What becomes of one call. */
export interface Fate {
  readonly thereMs: number
  readonly backMs: number
  readonly fault: 'none' | 'failing' | 'answerLost'
}

/** Draws the fate of each call. Faults end when the run says so, and have numbers, so that a run can be repeated without some of them. */
export function createFates(chance: Chance, rates: FaultRates, isLeftOut: (fault: number) => boolean) {
  let faults = 0
  let isCalm = false
  const occurs = (probability: number): boolean => {
    if (!chance.happens(probability) || isCalm) return false
    return !isLeftOut(faults++)
  }
  return {
    of(writes: boolean): Fate {
      const slow = occurs(rates.slow) ? chance.between(50, 4_000) : 0
      const thereMs = chance.between(0, 3) + slow
      const fault = occurs(rates.failing) ? 'failing' : writes && occurs(rates.answerLost) ? 'answerLost' : 'none'
      return { thereMs, backMs: chance.between(0, 3), fault }
    },
    occurs,
    calm() {
      isCalm = true
    },
    count: () => faults,
  }
}
export type Fates = ReturnType<typeof createFates>
