import type { Chance } from './chance.ts'

/** The possible faults and their rates: a fraction of all calls, or a number per hour of the run. */
export interface FaultRates {
  /** A call fails without effect. */
  readonly failing: number
  /** A call takes effect, but its caller receives an error. */
  readonly answerLost: number
  /** A call takes as long as on a slow disk or during a broker's election. */
  readonly slow: number
  /** The caller pauses while it writes and is expelled: the write arrives when it resumes. */
  readonly asleep: number
  readonly crashesPerHour: number
  readonly expulsionsPerHour: number
  readonly flushesPerHour: number
  readonly rewindsPerHour: number
  /** The clock of a process jumps and is corrected later. */
  readonly leapsPerHour: number
  /** A partition loses its newest acknowledged records. */
  readonly cutsPerHour: number
  /** For an engine on one file: its disk is full for a while, and commits fail. */
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

/** The fate of one call. */
export interface Fate {
  readonly thereMs: number
  readonly backMs: number
  readonly fault: 'none' | 'failing' | 'answerLost'
  /** The caller is expelled now and learns it after this time. */
  readonly learnsMs?: number
  /** The caller resumes this long after another process has read the end of the partition, if that is sooner. */
  readonly wakesMs?: number
}

/**
 * Draws the fate of each call. Faults end when the run says so. They have numbers, so that a run can be repeated
 * without some.
 */
export function createFates(chance: Chance, rates: FaultRates, isLeftOut: (fault: number) => boolean) {
  let faults = 0
  let isCalm = false
  const occurs = (probability: number): boolean => {
    if (!chance.happens(probability) || isCalm) return false
    return !isLeftOut(faults++)
  }
  return {
    /** An append is for one owner only, so a pause is most effective there. */
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
