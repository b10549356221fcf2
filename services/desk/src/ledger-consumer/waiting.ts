/** Callers who wait for what has a name. */
export interface Waiting<T> {
  /** Resolves with what comes under the name; undefined when nothing does in time. */
  for(name: string, withinMs: number): Promise<T | undefined>
  tell(name: string, what: T): void
  /** Resolves when somebody waits, at once where somebody does already, or after so long. */
  awaited(withinMs: number): Promise<void>
}

export function createWaiting<T>(): Waiting<T> {
  const waiting = new Map<string, Set<(what: T | undefined) => void>>()
  const wake = new Set<() => void>()
  return {
    for(name, withinMs) {
      return new Promise(resolve => {
        const listeners = waiting.get(name) ?? new Set()
        waiting.set(name, listeners)
        const done = (what: T | undefined) => {
          clearTimeout(timer)
          listeners.delete(done)
          if (listeners.size === 0) waiting.delete(name)
          resolve(what)
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
    tell(name, what) {
      for (const done of waiting.get(name) ?? []) done(what)
    },
  }
}
