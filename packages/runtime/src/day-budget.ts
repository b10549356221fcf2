import type { Clock } from './clock.ts'

/** Counts the work of today (UTC) for each name. A restarted process starts at zero. */
export interface DayBudget {
  /** Whether a name has budget left. The whole amount is then counted. */
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
