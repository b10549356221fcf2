/** Who is told of something, by what it is about. */
export interface Followers<T> {
  has(key: string): boolean
  tell(key: string, news: T): void
  /** Returns how to stop it. */
  follow(key: string, listener: (news: T) => void): () => void
}

/** Nothing is kept of what nobody follows. */
export function createFollowers<T>(): Followers<T> {
  const followers = new Map<string, Set<(news: T) => void>>()
  return {
    has: key => followers.has(key),
    tell(key, news) {
      // One may stop, or another begin, as it is told.
      for (const tell of [...(followers.get(key) ?? [])]) tell(news)
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
