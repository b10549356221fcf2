/** Callers who wait for a value with a name. */
export interface Waiting<T> {
  /** Resolves with the value; undefined if none comes in time. */
  for(name: string, withinMs: number): Promise<T | undefined>
  resolve(name: string, value: T): void
  /** Resolves when a caller waits, at once if one does already, or after this time. */
  awaited(withinMs: number): Promise<void>
}

export function createWaiting<T>(): Waiting<T> {
  const waiting = new Map<string, Set<(value: T | undefined) => void>>()
  const wake = new Set<() => void>()
  return {
    for(name, withinMs) {
      return new Promise(resolve => {
        const listeners = waiting.get(name) ?? new Set()
        waiting.set(name, listeners)
        const done = (value: T | undefined) => {
          clearTimeout(timer)
          listeners.delete(done)
          if (listeners.size === 0) waiting.delete(name)
          resolve(value)
        }
        const timer = setTimeout(() => done(undefined), withinMs)
        listeners.add(done)
        for (const each of [...wake]) each()
      })
    },
    awaited(withinMs) {
      if (waiting.size > 0 || withinMs <= 0) return Promise.resolve()
      return new Promise(resolve => {
        const done = () => {
          clearTimeout(timer)
          wake.delete(done)
          resolve()
        }
        const timer = setTimeout(done, withinMs)
        wake.add(done)
      })
    },
    resolve(name, value) {
      for (const done of waiting.get(name) ?? []) done(value)
    },
  }
}
