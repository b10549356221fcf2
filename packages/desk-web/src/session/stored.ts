import { useSyncExternalStore } from 'react'

/** A value stored in this browser under a key, shared by its tabs. `read` gets the stored text, or null. */
export function createStored<T>(key: string, read: (text: string | null) => T) {
  let current = read(localStorage.getItem(key))
  const listeners = new Set<() => void>()
  function become(value: T): void {
    current = value
    for (const listener of listeners) listener()
  }
  addEventListener('storage', event => {
    if (event.key === key) become(read(event.newValue))
  })
  return {
    use: (): T =>
      useSyncExternalStore(
        listener => {
          listeners.add(listener)
          return () => listeners.delete(listener)
        },
        () => current,
      ),
    change(to: (before: T) => T): void {
      const value = to(current)
      localStorage.setItem(key, JSON.stringify(value))
      become(value)
    },
  }
}
