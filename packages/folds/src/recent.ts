/** The last used entries, at most `max`: what is being worked on, not what there is. */
export interface Recent<T> {
  get(key: string): T | undefined
  set(key: string, value: T): void
  clear(): void
}

export function createRecent<T>(max: number): Recent<T> {
  // A Map keeps the order of insertion, so the first key is the one not used for longest.
  const entries = new Map<string, T>()
  return {
    get(key) {
      const value = entries.get(key)
      if (value !== undefined) {
        entries.delete(key)
        entries.set(key, value)
      }
      return value
    },
    set(key, value) {
      entries.delete(key)
      entries.set(key, value)
      if (entries.size > max) for (const oldest of entries.keys()) return void entries.delete(oldest)
    },
    clear: () => entries.clear(),
  }
}
