import type { Clock } from './clock.ts'

/** Counts what has been done for each name today, by UTC. A process that starts again begins at none. */
export interface DayBudget {
  /** Whether there is something left for a name; what it takes then is counted whole. */
  takes(name: string, count: number): boolean
}

export function createDayBudget(clock: Clock, ofDayMax: number): DayBudget {
  const used = new Map<string, number>()
  let today = ''
  return {
    takes(name, count) {
      const day = clock.now().toISOString().slice(0, 10)
      if (day !== today) used.clear()
      today = day
      const before = used.get(name) ?? 0
      if (before >= ofDayMax) return false
      used.set(name, before + count)
      return true
    },
  }
}
