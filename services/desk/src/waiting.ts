/** Callers who wait for what has a name. */
export interface Waiting<T> {
  /** Resolves with what comes under the name; undefined when nothing does in time. */
  for(name: string, withinMs: number): Promise<T | undefined>
  tell(name: string, what: T): void
}

export function createWaiting<T>(): Waiting<T> {
  const waiting = new Map<string, Set<(what: T | undefined) => void>>()
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
      })
    },
    tell(name, what) {
      for (const done of waiting.get(name) ?? []) done(what)
    },
  }
}
