import type { Chance } from './chance.ts'

/** What may go wrong, and how often: a share of all calls, or how many times an hour of the run. */
export interface FaultRates {
  /** A call fails, and nothing is done. */
  readonly failing: number
  /** A call is done, and whoever called is told that it failed. */
  readonly answerLost: number
  /** A call takes as long as a slow disk or a broker that elects. */
  readonly slow: number
  /** Whoever calls falls asleep as it writes, and is taken for dead: what it has begun arrives when it wakes up. */
  readonly asleep: number
  readonly crashesPerHour: number
  readonly expulsionsPerHour: number
  readonly flushesPerHour: number
  readonly rewindsPerHour: number
  /** The clock of a process leaps, and is set right a while later. */
  readonly leapsPerHour: number
  /** A partition loses the newest of what it had acknowledged. */
  readonly cutsPerHour: number
  /** Of an engine on one file: its disk is full for a while, and commits fail. */
  readonly fullDisksPerHour: number
}

export const noFaults: FaultRates = {
  failing: 0,
  answerLost: 0,
  slow: 0,
  asleep: 0,
  crashesPerHour: 0,
  expulsionsPerHour: 0,
  flushesPerHour: 0,
  rewindsPerHour: 0,
  leapsPerHour: 0,
  cutsPerHour: 0,
  fullDisksPerHour: 0,
}

/** What becomes of one call. */
export interface Fate {
  readonly thereMs: number
  readonly backMs: number
  readonly fault: 'none' | 'failing' | 'answerLost'
  /** It is taken for dead now, and learns that after so long. */
  readonly learnsMs?: number
  /** It wakes up so long after another one has looked at the place that it writes to, where that is sooner. */
  readonly wakesMs?: number
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
    /** An append is for one owner alone, so that is where one is tempted most to fall asleep. */
    of(writes: boolean, appends: boolean): Fate {
      const slow = occurs(rates.slow) ? chance.between(50, 4_000) : 0
      const thereMs = chance.between(0, 3) + slow
      const fault = occurs(rates.failing) ? 'failing' : writes && occurs(rates.answerLost) ? 'answerLost' : 'none'
      const sleepMs = writes && occurs(rates.asleep * (appends ? 20 : 1)) ? chance.between(200, 6_000) : 0
      const backMs = chance.between(0, 3)
      if (sleepMs === 0) return { thereMs, backMs, fault }
      const fate = { thereMs: thereMs + sleepMs, backMs, fault, learnsMs: chance.between(0, 2 * sleepMs) } as const
      return chance.happens(0.8) ? { ...fate, wakesMs: chance.between(0, 20) } : fate
    },
    occurs,
    calm() {
      isCalm = true
    },
    count: () => faults,
  }
}
export type Fates = ReturnType<typeof createFates>
