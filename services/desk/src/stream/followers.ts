/** Listeners by key. */
export interface Followers<T> {
  has(key: string): boolean
  notify(key: string, news: T): void
  /** Returns a function that stops it. */
  follow(key: string, listener: (news: T) => void): () => void
}

/** Keeps nothing for keys without listeners. */
export function createFollowers<T>(): Followers<T> {
  const followers = new Map<string, Set<(news: T) => void>>()
  return {
    has: key => followers.has(key),
    notify(key, news) {
      // A copy, because listeners may stop or start during the loop.
      for (const listener of [...(followers.get(key) ?? [])]) listener(news)
    },
    follow(key, listener) {
      const listeners = followers.get(key) ?? new Set()
      followers.set(key, listeners.add(listener))
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0 && followers.get(key) === listeners) followers.delete(key)
      }
    },
  }
}
